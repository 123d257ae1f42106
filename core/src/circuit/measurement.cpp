#include <algorithm>
#include <cmath>

#include "text_parts.hpp"
#include "waveform_events.hpp"

namespace neucasl::circuit {
namespace {

/// Settings that may follow, as "from=1n" or "rise=last".
struct Settings {
  std::optional<double> from, to, at, value, delay;
  std::optional<Edge> edge;
  std::size_t count = 1;  // 0: the last
};

class Measure {
 public:
  Measure(const Measurement& measurement, const Result& result)
      : measurement_(measurement), result_(result), words_(split_words(measurement.text, true)) {}

  results::Figure run() {
    if (words_.size() < 3) fail("too few words", forms());
    figure_.key = measurement_.name.empty() ? words_[0] : measurement_.name;
    figure_.label = figure_.key;
    figure_.method = "measured on '" + result_.analysis + "': " + measurement_.text;
    const std::string kind = lower_case(words_[1]);
    at_ = 2;
    if (result_.axis_name.empty() && kind != "max" && kind != "min" && kind != "avg" &&
        kind != "rms") {
      fail("'" + kind + "' needs an axis, and '" + result_.analysis + "' has none",
           "write NAME max EXPR for the value of an operating point");
    }
    if (kind == "find") {
      find();
    } else if (kind == "when") {
      figure_.value = when();
      figure_.dimension = result_.axis_dimension;
    } else if (kind == "trig") {
      trigger_and_target();
    } else if (kind == "count") {
      count();
    } else {
      statistic(kind);
    }
    if (at_ < words_.size()) fail("'" + words_[at_] + "' is too much", forms());
    if (!std::isfinite(figure_.value)) fail("the value is not finite", "correct the measurement");
    return figure_;
  }

 private:
  static std::string forms() {
    return "write NAME max|min|avg|rms|pp|integ|max_at|min_at EXPR [from=T] [to=T], NAME find EXPR "
           "at=T, NAME find EXPR when EXPR=V, NAME when EXPR=V [rise|fall|cross=N], NAME count "
           "EXPR "
           "val=V rise|fall|cross=1, or NAME trig EXPR val=V rise=N targ EXPR val=V fall=N";
  }
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    throw base::Error(
        "circuit.measure",
        "measurement '" + (words_.empty() ? measurement_.text : words_[0]) + "': " + what, remedy,
        measurement_.where);
  }

  [[nodiscard]] bool word_is(std::string_view expected) const {
    return at_ < words_.size() && lower_case(words_[at_]) == expected;
  }
  std::string next(const std::string& what) {
    if (at_ >= words_.size()) fail(what + " is missing", forms());
    return words_[at_++];
  }
  [[nodiscard]] double number(const std::string& text, const base::Dimension& dimension) const {
    return read_number(text, dimension, "circuit.measure", measurement_.where);
  }
  Signal signal() { return signal_of(next("the signal"), result_, measurement_.where); }

  /// Words "name = value" up to another word.
  Settings settings(const base::Dimension& value_dimension) {
    Settings result;
    while (at_ + 1 < words_.size() && words_[at_ + 1] == "=") {
      const std::string name = lower_case(words_[at_]);
      at_ += 2;
      const std::string text = next("the value of '" + name + "'");
      if (name == "rise" || name == "fall" || name == "cross") {
        result.edge = name == "rise" ? Edge::rise : name == "fall" ? Edge::fall : Edge::cross;
        result.count = count_of(text);
      } else if (name == "val") {
        result.value = number(text, value_dimension);
      } else if (name == "from" || name == "to" || name == "at" || name == "td") {
        auto& target = name == "from" ? result.from
                       : name == "to" ? result.to
                       : name == "at" ? result.at
                                      : result.delay;
        target = number(text, result_.axis_dimension);
      } else {
        fail("unknown setting '" + name + "'",
             base::suggest(name, {"from", "to", "at", "val", "td", "rise", "fall", "cross"}));
      }
    }
    return result;
  }

  [[nodiscard]] std::size_t count_of(const std::string& text) const {
    if (lower_case(text) == "last") return 0;
    const double count = number(text, base::dimension::none);
    if (!(count >= 1.0 && count <= 1e9) || count != std::rint(count)) {
      fail("'" + text + "' is no count of events", "give a whole number from 1 on, or last");
    }
    return static_cast<std::size_t>(count);
  }

  void statistic(const std::string& kind) {
    const std::vector<std::string> known{"max", "min",   "avg",    "rms",
                                         "pp",  "integ", "max_at", "min_at"};
    if (std::find(known.begin(), known.end(), kind) == known.end()) {
      std::vector<std::string> all = known;
      all.insert(all.end(), {"find", "when", "trig", "count"});
      fail("unknown measurement '" + kind + "'", base::suggest(kind, all));
    }
    const Signal whole = signal();
    const Settings limits = settings(whole.dimension);
    const Signal part =
        window(whole, limits.from.value_or(-infinity), limits.to.value_or(infinity));
    if (part.x.empty()) {
      fail("there is no point in its range", "the axis goes from " +
                                                 base::shortest(whole.x.front()) + " to " +
                                                 base::shortest(whole.x.back()));
    }
    figure_.dimension = whole.dimension;
    // The first of equal ones.
    const auto least = std::min_element(part.y.begin(), part.y.end());
    const auto most = std::max_element(part.y.begin(), part.y.end());
    const double length = part.x.back() - part.x.front();
    if (kind == "max") {
      figure_.value = *most;
    } else if (kind == "min") {
      figure_.value = *least;
    } else if (kind == "pp") {
      figure_.value = *most - *least;
    } else if (kind == "max_at" || kind == "min_at") {
      const auto place = kind == "max_at" ? most : least;
      figure_.value = part.x[static_cast<std::size_t>(place - part.y.begin())];
      figure_.dimension = result_.axis_dimension;
    } else if (kind == "integ") {
      figure_.value = integral(part);
      figure_.dimension = whole.dimension * result_.axis_dimension;
    } else if (kind == "avg") {
      figure_.value = length != 0.0 ? integral(part) / length : part.y.front();
    } else {
      figure_.value =
          std::sqrt(length != 0.0 ? integral_of_square(part) / length : part.y[0] * part.y[0]);
    }
  }

  void find() {
    const Signal found = signal();
    figure_.dimension = found.dimension;
    double place = 0.0;
    if (word_is("when")) {
      ++at_;
      place = when();
    } else {
      const Settings where = settings(found.dimension);
      if (!where.at) fail("'at' is missing", "write NAME find EXPR at=T");
      place = *where.at;
    }
    figure_.value = value_at(found, place);
    if (std::isnan(figure_.value)) {
      fail(base::shortest(place) + " is outside the axis",
           "it goes from " + base::shortest(found.x.front()) + " to " +
               base::shortest(found.x.back()));
    }
  }

  /// "EXPR = VALUE|EXPR [settings]": where the event is.
  double when() {
    Signal left = signal();
    if (next("'='") != "=") fail("'=' is missing", "write EXPR=VALUE");
    const std::string right = next("the value");
    if (right.find('(') == std::string::npos) {
      const double level = number(right, left.dimension);
      for (double& y : left.y) y -= level;
    } else {
      const Signal other = signal_of(right, result_, measurement_.where);
      for (std::size_t i = 0; i < left.y.size(); ++i) left.y[i] -= other.y[i];
    }
    return event(left, settings(left.dimension));
  }

  /// The event on a signal whose level has been taken off.
  double event(const Signal& signal, const Settings& wanted) {
    const std::vector<double> places =
        crossings(window(signal, wanted.from.value_or(-infinity), wanted.to.value_or(infinity)),
                  wanted.edge.value_or(Edge::cross), wanted.delay.value_or(-infinity));
    const std::size_t index = wanted.count == 0 ? places.size() : wanted.count;
    if (index == 0 || index > places.size()) {
      fail("there is no such event: the signal has " + std::to_string(places.size()) +
               " of the kind",
           "measure a longer waveform, another level or an earlier event");
    }
    return places[index - 1];
  }

  /// "EXPR val=V rise=N" or "at=T".
  double edge_of_interval() {
    if (word_is("at")) {
      const Settings fixed = settings({});
      if (!fixed.at) fail("'at' has no value", "write at=T");
      return *fixed.at;
    }
    Signal level = signal();
    const Settings wanted = settings(level.dimension);
    if (!wanted.value) fail("'val' is missing", "write EXPR val=V rise=N");
    for (double& y : level.y) y -= *wanted.value;
    return event(level, wanted);
  }

  void trigger_and_target() {
    const double begin = edge_of_interval();
    if (lower_case(next("'targ'")) != "targ") fail("'targ' is missing", forms());
    figure_.value = edge_of_interval() - begin;
    figure_.dimension = result_.axis_dimension;
  }

  /// Events from the one that is asked for on; 0 when there are fewer.
  void count() {
    Signal level = signal();
    const Settings wanted = settings(level.dimension);
    if (!wanted.value || !wanted.edge || wanted.count == 0) {
      fail("'val' or the edge is missing", "write NAME count EXPR val=V rise=1");
    }
    for (double& y : level.y) y -= *wanted.value;
    const std::size_t events =
        crossings(window(level, wanted.from.value_or(-infinity), wanted.to.value_or(infinity)),
                  *wanted.edge, wanted.delay.value_or(-infinity))
            .size();
    figure_.value = events < wanted.count ? 0.0 : static_cast<double>(events - wanted.count + 1);
  }

  static constexpr double infinity = std::numeric_limits<double>::infinity();

  const Measurement& measurement_;
  const Result& result_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
  results::Figure figure_;
};

}  // namespace

results::Figure measure(const Measurement& measurement, const Result& result) {
  return Measure(measurement, result).run();
}

}  // namespace neucasl::circuit
