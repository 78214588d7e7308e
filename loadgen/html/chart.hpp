// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Charts that need no script: lines of SVG as wide as the page, with labels that keep their size
/// on a phone. The page's script adds the values under the pointer and zooms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "html/scale.hpp"

namespace backtalk::html {

/// Values of one kind. nullopt: none is known there, and the line has a gap. A
/// value without neighbours is a dot.
struct Line {
  std::string name;                       ///< "p99"; empty: the legend leaves it out
  std::string css_class;                  ///< which colour: one of those in page.css
  std::vector<std::optional<double>> at;  ///< heights, from 0 to 1
  std::vector<std::string> shown;         ///< the values, for people; as many
  /// A line through all values; a dot for each; a bar from the axis up to each.
  enum class Form : std::uint8_t { line, dots, bars };
  Form form = Form::line;
};

/// An interval around the values of a line, likewise.
struct Band {
  std::string name;
  std::string css_class;
  std::vector<std::optional<double>> low;
  std::vector<std::optional<double>> high;
  std::vector<std::string> shown;
};

struct Chart {
  std::string css_class;  ///< a name of its own on the page
  std::string title;
  std::string reading;    ///< how to read it, in a sentence
  std::vector<double> x;  ///< where the points stand, from 0 to 1, in order
  std::vector<std::string> x_shown;
  std::vector<Tick> x_ticks;       ///< the most important first
  std::vector<Tick> y_ticks;       ///< likewise
  std::vector<Tick> x_finer = {};  ///< likewise, for a closer look
  std::vector<Band> bands = {};
  std::vector<Line> lines = {};
  /// An upright line through a point, and its name: "the gain ends".
  std::optional<double> mark = std::nullopt;
  std::string mark_name = {};
  std::string below = {};  ///< HTML that follows, such as a table of the values
};

[[nodiscard]] std::string draw(const Chart& chart);

}  // namespace backtalk::html
