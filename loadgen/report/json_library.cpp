// Boost.JSON is used from its headers; this is the one file that compiles it.
#include <boost/json/src.hpp>
