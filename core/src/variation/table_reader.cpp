#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "law.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::variation {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

[[noreturn]] void refuse_table(const std::string& message, const std::string& remedy,
                               const base::Location& where) {
  throw base::Error("variation.table", message, remedy, where);
}

std::optional<double> number_of(std::string_view text) {
  double value = 0.0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

class TableReader {
 public:
  TableReader(std::string_view csv, const std::string& file, double unit)
      : csv_(csv), file_(file), unit_(unit) {}

  Distribution read() {
    while (!csv_.empty()) {
      const auto end = std::min(csv_.find('\n'), csv_.size());
      ++line_;
      read_line(trimmed(csv_.substr(0, end)));
      csv_.remove_prefix(std::min(end + 1, csv_.size()));
    }
    if (values_.size() < 2) {
      refuse_table("the table has " + std::to_string(values_.size()) +
                       (values_.size() == 1 ? " value" : " values"),
                   "give at least two measured values, one a line", {file_, line_, 0});
    }
    check_sum();
    return Distribution::empirical(std::move(values_), std::move(weights_), {file_, 0, 0});
  }

 private:
  void read_line(std::string_view line) {
    if (line.empty() || line.front() == '#') return;
    const auto comma = line.find(',');
    const std::string_view first = trimmed(line.substr(0, comma));
    const std::optional<double> value = number_of(first);
    // A line of words before the first value names the columns.
    if (!value && values_.empty() && !named_) {
      named_ = true;
      return;
    }
    const base::Location where{file_, line_, 0};
    if (!value || !std::isfinite(*value)) {
      refuse_table("'" + std::string(first) + "' is not a measured value", "give a finite number",
                   where);
    }
    const bool weighted = comma != std::string_view::npos;
    if (!values_.empty() && weighted != !weights_.empty()) {
      refuse_table("some lines have a weight and some have none",
                   "give all lines a weight, or none", where);
    }
    values_.push_back(*value * unit_);
    if (weighted) read_weight(trimmed(line.substr(comma + 1)), where);
  }

  void read_weight(std::string_view text, const base::Location& where) {
    const std::optional<double> weight = number_of(text);
    if (!weight || !std::isfinite(*weight) || *weight < 0.0) {
      refuse_table("'" + std::string(text) + "' is not a weight", "give a number of 0 or more",
                   where);
    }
    weights_.push_back(*weight);
  }

  void check_sum() const {
    if (weights_.empty()) return;
    const double sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
    if (std::abs(sum - 1.0) <= weight_tolerance) return;
    refuse_table("the weights add up to " + base::shortest(sum),
                 "divide each by this sum, or leave all out", {file_, line_, 0});
  }

  std::string_view csv_;
  const std::string& file_;
  double unit_;
  std::uint32_t line_ = 0;
  bool named_ = false;
  std::vector<double> values_, weights_;
};

}  // namespace

Distribution parse_empirical(std::string_view csv, const std::string& file, double unit) {
  return TableReader(csv, file, unit).read();
}

Distribution read_empirical(const std::filesystem::path& csv, double unit,
                            const base::Location& where) {
  return parse_empirical(base::read_file(csv, where), csv.string(), unit);
}

}  // namespace neucasl::variation
