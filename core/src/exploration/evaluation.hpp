#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>

#include "accuracies.hpp"

/// \file
/// Evaluation of points: each once, from the log when it is there.

namespace neucasl::exploration {

/// Name of the figure that is the accuracy by inference.
inline constexpr const char* accuracy_figure = "accuracy";

class Evaluation {
 public:
  Evaluation(const Space& space, const Designs& designs, const Estimate& estimate,
             const Options& options);

  /// Indices of the points at these genes; new ones are evaluated. `planned` is the number of all
  /// genes of the search, for the progress.
  std::vector<std::size_t> at(const std::vector<std::vector<double>>& genes, std::size_t planned);
  /// Of a point: objectives to be minimised, and by how much it breaks the constraints.
  [[nodiscard]] Fitness fitness(std::size_t point) const;
  [[nodiscard]] const std::vector<Point>& points() const { return points_; }
  [[nodiscard]] std::size_t searched() const { return searched_; }
  /// Of a space with an accuracy.
  [[nodiscard]] Accuracies& accuracies() { return *accuracies_; }
  /// Puts the logs in order.
  void finish();

 private:
  /// Figures by name.
  using Figures = std::vector<std::pair<std::string, base::Quantity>>;
  /// What happens to the points that are not in the log.
  class Progress;
  std::size_t index_of(const std::vector<double>& genes);
  [[nodiscard]] std::string log_key() const;
  void evaluate(std::span<const std::size_t> open, Progress& progress);
  void evaluate_with_accuracies(std::span<const std::size_t> open, Progress& progress);
  /// Calls `body`; what a point fails with is recorded in it.
  template <class Body>
  static void recording(Point& point, const Body& body);
  /// Figures of the estimator.
  [[nodiscard]] Figures estimated(const architecture::Architecture& architecture) const;
  /// Figures of the space, from those that are known.
  void add_figures(Point& point, const architecture::Architecture& architecture,
                   Figures known) const;
  void refuse_figure_of_estimator(const FigureOfPoint& figure, const Figures& known) const;
  [[nodiscard]] base::Quantity figure_of(const FigureOfPoint& figure, const Figures& known) const;
  void check_dimensions(const Point& point) const;
  void judge(Point& point) const;
  [[nodiscard]] std::string record_of(const Point& point) const;
  void read_record(Point& point, const std::string& record) const;

  const Space& space_;
  const Designs& designs_;
  const Estimate& estimate_;
  const Options& options_;
  std::unique_ptr<base::RecordLog> log_;
  std::unique_ptr<Accuracies> accuracies_;
  std::map<std::vector<double>, std::size_t> known_;  ///< Levels, or genes of intervals.
  std::vector<Point> points_;
  std::size_t searched_ = 0;
};

/// Value of an objective, the smaller the better.
double minimised(const Space& space, const Point& point, std::size_t objective);
/// A fault of the space and not of a point.
bool is_fault_of_space(const base::Error& error);
/// "none CODE REASON", the record of what has no result.
std::string reason_record(const std::string& code, const std::string& reason);
/// Code and reason; nothing for another record.
std::optional<std::pair<std::string, std::string>> read_reason_record(const std::string& record);
/// Place of a figure in those of a point.
std::size_t figure_index(const Space& space, const std::string& name);

}  // namespace neucasl::exploration
