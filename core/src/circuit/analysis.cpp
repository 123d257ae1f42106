#include "neucasl/circuit/analysis.hpp"

#include <algorithm>
#include <cmath>

#include "text_parts.hpp"

namespace neucasl::circuit {
namespace {

constexpr std::size_t most_points = 10'000'000;
constexpr double grid_slack = 1e-9;  // of a step: an end this near to the grid is on it

class AnalysisParser {
 public:
  AnalysisParser(std::string_view text, const base::Location& where)
      : text_(text), words_(split_words(text)), where_(where) {}

  Analysis run() {
    if (words_.empty()) fail("an analysis without words", "write op, dc, ac, tran or noise");
    const std::string kind = lower_case(words_[0]);
    if (kind == "op") return op();
    if (kind == "dc") return dc();
    if (kind == "ac") return ac();
    if (kind == "tran") return transient();
    if (kind == "noise") return noise();
    fail("unknown analysis '" + words_[0] + "'",
         base::suggest(kind, {"op", "dc", "ac", "tran", "noise"}));
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    throw base::Error(
        "circuit.analysis",
        text_.empty() ? what : what + " in '" + std::string(text_.substr(0, 80)) + "'", remedy,
        where_);
  }
  void expect_words(std::size_t least, std::size_t most, const std::string& form) const {
    if (words_.size() < least) fail("too few words", "write " + form);
    if (words_.size() > most) fail("'" + words_[most] + "' is too much", "write " + form);
  }
  [[nodiscard]] double number(std::size_t word,
                              const std::optional<base::Dimension>& dimension) const {
    return read_number(words_[word], dimension, "circuit.analysis", where_);
  }

  Analysis op() {
    expect_words(1, 1, "op");
    return OperatingPointAnalysis{};
  }

  Analysis dc() {
    expect_words(5, 5, "dc TARGET FROM TO STEP");
    SweepAnalysis sweep;
    sweep.target = words_[1];
    std::optional<base::Dimension> dimension;
    if (sweep.target == "temperature") dimension = base::dimension::temperature;
    if (sweep.target == "wavelength") dimension = base::dimension::length;
    const double from = number(2, dimension);
    const double to = number(3, dimension);
    const double step = number(4, dimension);
    const double steps = from == to ? 0.0 : (to - from) / step;
    if (!(steps >= 0.0)) {
      fail("the step does not lead from the first value to the last", "turn the sign of the step");
    }
    check_count(steps + 1.0);
    const double whole = std::floor(steps + grid_slack);
    // On the grid, the ends are exact and the points between them round once.
    const bool closed = std::abs(steps - whole) <= grid_slack * std::max(1.0, steps);
    for (double k = 0; k <= whole; ++k) {
      const bool share = closed && whole > 0.0;
      sweep.values.push_back(share ? from + (to - from) * k / whole : from + k * step);
    }
    if (closed) sweep.values.back() = to;
    return sweep;
  }

  Analysis ac() {
    expect_words(5, 5, "ac dec|oct|lin N FROM TO");
    return AcAnalysis{frequencies(1)};
  }

  Analysis noise() {
    const std::string form = "noise v(NODE) SOURCE dec|oct|lin N FROM TO";
    expect_words(7, 7, form);
    NoiseAnalysis noise;
    const std::string& output = words_[1];
    if (output.size() < 4 || lower_case(output.substr(0, 2)) != "v(" || output.back() != ')') {
      fail("'" + output + "' is no output voltage", "write " + form);
    }
    noise.output = output.substr(2, output.size() - 3);
    if (const auto comma = noise.output.find(','); comma != std::string::npos) {
      noise.reference = noise.output.substr(comma + 1);
      noise.output.resize(comma);
    }
    if (noise.output.empty()) fail("an output without a name", "write " + form);
    noise.input = words_[2];
    noise.frequencies = frequencies(3);
    return noise;
  }

  void check_count(double count) const {
    if (!(count <= static_cast<double>(most_points))) {
      fail("more than " + std::to_string(most_points) + " points", "take a larger step");
    }
  }

  /// Words "dec|oct|lin N FROM TO" from `first` on.
  [[nodiscard]] std::vector<double> frequencies(std::size_t first) const {
    const std::string grid = lower_case(words_[first]);
    const double count = number(first + 1, base::dimension::none);
    const double from = number(first + 2, base::dimension::frequency);
    const double to = number(first + 3, base::dimension::frequency);
    if (!(count >= 1.0) || count != std::rint(count)) {
      fail("'" + words_[first + 1] + "' is no count of points", "give a whole number from 1 on");
    }
    const double least = grid == "lin" ? 0.0 : from;
    if (!(from >= 0.0) || !(to >= from) || (grid != "lin" && !(least > 0.0))) {
      fail("bad range of frequencies", "give 0 < FROM <= TO");
    }
    if (grid == "lin") return linear_grid(count, from, to);
    if (grid == "dec") return logarithmic_grid(count, 10.0, from, to);
    if (grid == "oct") return logarithmic_grid(count, 2.0, from, to);
    fail("unknown grid '" + words_[first] + "'", base::suggest(grid, {"dec", "oct", "lin"}));
  }

  [[nodiscard]] std::vector<double> linear_grid(double count, double from, double to) const {
    check_count(count);
    std::vector<double> values;
    for (double k = 0; k < count; ++k) {
      values.push_back(count > 1.0 ? from + (to - from) * k / (count - 1.0) : from);
    }
    if (count > 1.0) values.back() = to;
    return values;
  }

  [[nodiscard]] std::vector<double> logarithmic_grid(double count, double base, double from,
                                                     double to) const {
    const double steps = std::log(to / from) / std::log(base) * count;
    check_count(steps + 1.0);
    const double whole = std::floor(steps + grid_slack);
    std::vector<double> values;
    for (double k = 0; k <= whole; ++k) values.push_back(from * std::pow(base, k / count));
    if (steps - whole <= grid_slack * std::max(1.0, steps)) values.back() = to;
    return values;
  }

  Analysis transient() {
    const std::string form = "tran STEP STOP [START [MAX]] [uic]";
    TransientAnalysis transient;
    if (words_.size() > 1 && lower_case(words_.back()) == "uic") {
      transient.use_initial_conditions = true;
      words_.pop_back();
    }
    expect_words(3, 5, form);
    const double step = number(1, base::dimension::time);
    transient.stop = number(2, base::dimension::time);
    if (words_.size() > 3) transient.start = number(3, base::dimension::time);
    if (!(step > 0.0) || !(transient.stop > 0.0) || !(transient.start >= 0.0) ||
        !(transient.start < transient.stop)) {
      fail("bad times", "give 0 < STEP and 0 <= START < STOP");
    }
    transient.largest_step = std::min(step, (transient.stop - transient.start) / 50.0);
    if (words_.size() > 4) {
      transient.largest_step = number(4, base::dimension::time);
      if (!(transient.largest_step > 0.0)) fail("bad largest step", "give MAX > 0");
    }
    check_count(transient.stop / transient.largest_step);
    return transient;
  }

  std::string_view text_;
  std::vector<std::string> words_;
  base::Location where_;
};

/// "lin N FROM TO" or "dec N FROM TO" of such points; else in words.
std::string grid_text(const std::vector<double>& f) {
  if (f.empty()) return "no frequencies";
  const double first = f.front();
  const double last = f.back();
  const std::string range = ' ' + base::shortest(first) + ' ' + base::shortest(last);
  const auto count = static_cast<double>(f.size());
  const auto all = [&](const auto& expected) {
    for (std::size_t k = 0; k < f.size(); ++k) {
      const double wanted = expected(static_cast<double>(k));
      if (std::abs(f[k] - wanted) > 1e-9 * std::abs(wanted)) return false;
    }
    return true;
  };
  if (f.size() == 1 || all([&](double k) { return first + (last - first) * k / (count - 1.0); })) {
    return "lin " + std::to_string(f.size()) + range;
  }
  const double ratio = f.size() > 1 && first > 0.0 ? f[1] / f[0] : 0.0;
  const double decade = std::rint(1.0 / std::log10(ratio));
  if (decade >= 1.0 && all([&](double k) { return first * std::pow(10.0, k / decade); })) {
    return "dec " + base::shortest(decade) + range;
  }
  return std::to_string(f.size()) + " frequencies from" + range;
}

struct Printer {
  std::string operator()(const OperatingPointAnalysis&) const { return "op"; }
  std::string operator()(const SweepAnalysis& sweep) const {
    if (sweep.values.empty()) return "dc " + sweep.target + " without values";
    const double first = sweep.values.front();
    const double last = sweep.values.back();
    const std::size_t count = sweep.values.size();
    // The shortest step that gives the same number of points.
    const double step = count > 1 ? (last - first) / static_cast<double>(count - 1) : 1.0;
    return "dc " + sweep.target + ' ' + base::shortest(first) + ' ' + base::shortest(last) + ' ' +
           base::shortest(step);
  }
  std::string operator()(const AcAnalysis& ac) const { return "ac " + grid_text(ac.frequencies); }
  std::string operator()(const TransientAnalysis& transient) const {
    const double most =
        transient.largest_step > 0.0 ? transient.largest_step : transient.stop / 50.0;
    std::string text = "tran " + base::shortest(most) + ' ' + base::shortest(transient.stop) + ' ' +
                       base::shortest(transient.start) + ' ' + base::shortest(most);
    return transient.use_initial_conditions ? text + " uic" : text;
  }
  std::string operator()(const NoiseAnalysis& noise) const {
    return "noise v(" + noise.output + (noise.reference.empty() ? "" : ',' + noise.reference) +
           ") " + noise.input + ' ' + grid_text(noise.frequencies);
  }
};

}  // namespace

void require_times(const TransientAnalysis& analysis, const std::string& code) {
  const auto good = [](double value) { return value >= 0.0 && std::isfinite(value); };
  if (good(analysis.stop) && good(analysis.start) && analysis.start < analysis.stop &&
      good(analysis.largest_step) && good(analysis.output_step)) {
    return;
  }
  throw base::Error(code,
                    "a transient from " + base::shortest(analysis.start) + " s to " +
                        base::shortest(analysis.stop) + " s with a largest step of " +
                        base::shortest(analysis.largest_step) + " s and output every " +
                        base::shortest(analysis.output_step) + " s",
                    "give finite times that are not negative, and a stop after the start");
}

Analysis parse_analysis(std::string_view text, const base::Location& where) {
  return AnalysisParser(text, where).run();
}

std::string to_string(const Analysis& analysis) { return std::visit(Printer{}, analysis); }

}  // namespace neucasl::circuit
