// SPDX-License-Identifier: Apache-2.0 OR MIT
"use strict";
// Adds to each chart the values under the pointer, and a closer look at what is dragged over. The points are where the
// drawing has them, from 0 to 1; the words for them are in the chart's data.
for (const figure of document.querySelectorAll("figure.chart")) {
  const data = JSON.parse(figure.querySelector("script").textContent);
  const area = figure.querySelector(".area");
  const drawing = area.querySelector("svg");
  const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
  const hint = "Point at the chart to read its values; drag over a part of it to look closer.";
  const make = (name, parent, css) => {
    const element = document.createElement(name);
    element.className = css;
    parent.append(element);
    return element;
  };
  const readout = document.createElement("p");
  readout.className = "readout";
  figure.querySelector(".plot").after(readout);
  const words = make("span", readout, "");
  words.textContent = hint;
  const back = make("button", readout, "");
  back.type = "button";
  back.textContent = "show all";
  back.hidden = true;
  const cursor = make("div", area, "cursor");
  const chosen = make("div", area, "chosen");
  cursor.hidden = chosen.hidden = true;
  area.tabIndex = 0;

  let view = [0, 1];
  let at = -1;
  let from = null;
  const placed = (x) => (x - view[0]) / (view[1] - view[0]);

  const labels = (svg, gap) => {
    svg.replaceChildren();
    const taken = [];
    const all = view[0] === 0 && view[1] === 1;
    for (const [x, label] of all ? data.ticks : data.ticks.concat(data.finer)) {
      const place = placed(x);
      if (place < -1e-9 || place > 1 + 1e-9 || taken.some((other) => Math.abs(other - place) < gap)) continue;
      taken.push(place);
      const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      text.setAttribute("x", place * 100 + "%");
      text.setAttribute("y", "16");
      if (place < 0.04) text.setAttribute("class", "first");
      if (place > 0.96) text.setAttribute("class", "last");
      text.textContent = label;
      svg.append(text);
    }
  };
  const show = (low, high) => {
    view = [low, high];
    drawing.setAttribute("viewBox", [low * width, 0, (high - low) * width, height].join(" "));
    labels(figure.querySelector("svg.wide"), 0.085);
    labels(figure.querySelector("svg.narrow"), 0.2);
    back.hidden = low === 0 && high === 1;
    read(at);
  };
  const read = (index) => {
    at = index;
    const place = index < 0 ? -1 : placed(data.x[index]);
    cursor.hidden = place < 0 || place > 1;
    if (index < 0) {
      words.textContent = hint;
      return;
    }
    cursor.style.left = place * 100 + "%";
    words.replaceChildren();
    const name = make("b", words, "");
    name.textContent = data.shown[index];
    const parts = data.series.filter((one) => one.name && one.shown[index]).map((one) => one.name + " " + one.shown[index]);
    words.append(" " + parts.join(", "));
  };
  const nearest = (x) => {
    let best = 0;
    data.x.forEach((one, i) => {
      if (Math.abs(one - x) < Math.abs(data.x[best] - x)) best = i;
    });
    return best;
  };
  const inView = (event) => {
    const box = area.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const valueAt = (place) => view[0] + place * (view[1] - view[0]);

  area.addEventListener("pointerdown", (event) => {
    from = inView(event);
    area.setPointerCapture(event.pointerId);
    read(nearest(valueAt(from)));
  });
  area.addEventListener("pointermove", (event) => {
    const place = inView(event);
    read(nearest(valueAt(place)));
    if (from === null) return;
    chosen.hidden = false;
    chosen.style.left = Math.min(from, place) * 100 + "%";
    chosen.style.width = Math.abs(from - place) * 100 + "%";
  });
  const end = (event) => {
    const begun = from;
    from = null;
    chosen.hidden = true;
    if (begun === null || event.type === "pointercancel") return;
    const [low, high] = [valueAt(Math.min(begun, inView(event))), valueAt(Math.max(begun, inView(event)))];
    // A tap is no selection.
    if (high - low > 0.03 * (view[1] - view[0])) show(low, high);
  };
  area.addEventListener("pointerup", end);
  area.addEventListener("pointercancel", end);
  area.addEventListener("pointerleave", () => from === null && read(-1));
  area.addEventListener("dblclick", () => show(0, 1));
  back.addEventListener("click", () => show(0, 1));
  area.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      read(Math.min(data.x.length - 1, Math.max(0, at + step)));
      event.preventDefault();
    } else if (event.key === "Escape") {
      show(0, 1);
    }
  });
}
