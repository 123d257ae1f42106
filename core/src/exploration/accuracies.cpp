#include "accuracies.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "evaluation.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::exploration {
namespace {

using base::Error;

constexpr std::string_view right_mark = "right ";

/// The first 64 bits of its hash: records are in order of it, whatever came first.
std::uint64_t number_of(const std::string& key) {
  constexpr std::size_t digits = 16;
  constexpr int hexadecimal = 16;
  const std::string hash = base::sha256(key).substr(0, digits);
  std::uint64_t number = 0;
  std::from_chars(hash.data(), hash.data() + hash.size(), number, hexadecimal);
  return number;
}

/// Some of the points, ascending, each with the same probability.
std::vector<std::size_t> sample_of(std::vector<std::size_t> points, std::size_t count,
                                   std::uint64_t seed) {
  base::RandomStream random(seed, "exploration/accuracy");
  count = std::min(count, points.size());
  for (std::size_t k = 0; k < count; ++k) {
    std::swap(points[k], points[k + random.below(static_cast<std::uint32_t>(points.size() - k))]);
  }
  points.resize(count);
  std::sort(points.begin(), points.end());
  return points;
}

}  // namespace

AccuracySource::~AccuracySource() = default;

std::string_view to_string(AccuracyMethod method) {
  return method == AccuracyMethod::formula ? "formula" : "inference";
}

Accuracies::Accuracies(const Space& space, const Designs& designs, const Options& options)
    : space_(space), designs_(designs), options_(options) {
  if (options.accuracy_log.empty()) return;
  log_ = std::make_unique<base::RecordLog>(
      options.accuracy_log, base::sha256(options.accuracy->source_key()),
      base::RecordLog::Form{"neucasl-accuracies", "exploration.log", "exploration"});
  known_ = log_->records();
}

Accuracies::Design Accuracies::design_of(const Point& point) const {
  Design design{designs_.at(point.values), {}, 0};
  for (const BankParameter& one : space_.accuracy->bank_parameters) {
    const std::string text =
        one.formula.empty() ? one.word
                            : base::to_string(formula_at(one.formula, one.where, space_,
                                                         point.values, design.architecture, {}));
    design.bank.push_back({one.name, text, one.where});
  }
  design.number = number_of(options_.accuracy->key(design.architecture, design.bank));
  return design;
}

const std::string* Accuracies::record(std::uint64_t number) const {
  const auto found = known_.find(number);
  return found == known_.end() ? nullptr : &found->second;
}

void Accuracies::keep(std::uint64_t number, const std::string& record) {
  if (log_ != nullptr) log_->append(number, record);
  const std::lock_guard lock(mutex_);
  known_[number] = record;
}

/// "right 437 of 500", or as that of a point without figures.
std::string Accuracies::record_of(const Design& design) const {
  try {
    const MeasuredAccuracy measured = options_.accuracy->measure(design.architecture, design.bank);
    return std::string(right_mark) + std::to_string(measured.right) + " of " +
           std::to_string(measured.images);
  } catch (const Error& error) {
    if (is_fault_of_space(error)) throw;
    return reason_record(error.diagnostic().code, error.diagnostic().message);
  }
}

void Accuracies::measure(const std::vector<const Point*>& points) {
  std::vector<const Point*> open;
  std::set<std::uint64_t> planned;
  for (const Point* point : points) {
    options_.cancel.throw_if_requested();
    try {
      const std::uint64_t number = design_of(*point).number;
      if (record(number) == nullptr && planned.insert(number).second) open.push_back(point);
    } catch (const Error& error) {
      if (is_fault_of_space(error)) throw;  // Others come again, and are recorded, in `at`.
    }
  }
  std::size_t done = 0;
  std::mutex mutex;
  base::parallel_for(open.size(), options_.threads, options_.cancel, [&](std::size_t k) {
    const Design design = design_of(*open[k]);
    keep(design.number, record_of(design));
    const std::lock_guard lock(mutex);
    ++done;
    if (options_.progress) options_.progress("inferences", done, open.size());
  });
}

MeasuredAccuracy Accuracies::at(const Point& point) const {
  const std::string text = *record(design_of(point).number);
  if (const auto failure = read_reason_record(text))
    throw Error(failure->first, failure->second, "");
  MeasuredAccuracy result;
  const char* const end = text.data() + text.size();
  const auto right =
      std::from_chars(text.data() + std::min(right_mark.size(), text.size()), end, result.right);
  constexpr std::string_view of = " of ";
  const bool middle = std::string_view(right.ptr, end).starts_with(of);
  if (middle) std::from_chars(right.ptr + of.size(), end, result.images);
  if (text.starts_with(right_mark) && result.images > 0) return result;
  throw Error("exploration.log",
              "a record of '" + options_.accuracy_log.string() + "' has no accuracy",
              "delete the log to start again", {options_.accuracy_log.string(), 0, 0});
}

void Accuracies::finish() {
  if (log_ != nullptr) log_->finish();
}

AccuracyCheck check_accuracies(const Space& space, const std::vector<Point>& points,
                               Accuracies& accuracies) {
  const Accuracy& accuracy = *space.accuracy;
  AccuracyCheck result;
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].figures.empty()) candidates.push_back(i);
  }
  if (accuracy.method == AccuracyMethod::formula) {
    candidates = sample_of(std::move(candidates), accuracy.sample, accuracy.seed);
  }
  std::vector<const Point*> asked;
  asked.reserve(candidates.size());
  for (const std::size_t point : candidates) asked.push_back(&points[point]);
  accuracies.measure(asked);
  const std::size_t estimate = figure_index(space, accuracy.estimate);
  std::vector<double> measured;
  for (const std::size_t point : candidates) {
    try {
      const MeasuredAccuracy one = accuracies.at(points[point]);
      result.points.push_back(point);
      result.accuracies.push_back(one);
      result.estimates.push_back(points[point].figures[estimate].value);
      measured.push_back(one.value());
    } catch (const Error& error) {
      if (is_fault_of_space(error)) throw;
      ++result.without;
      if (result.reason.empty()) result.reason = error.diagnostic().message;
    }
  }
  result.rank_correlation = rank_correlation(result.estimates, measured);
  return result;
}

}  // namespace neucasl::exploration
