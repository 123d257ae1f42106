#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "neucasl/base/record_log.hpp"
#include "neucasl/exploration/exploration.hpp"

/// \file
/// Evaluation of points: each once, from the log when it is there.

namespace neucasl::exploration {

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
  /// Puts the log in order.
  void finish();

 private:
  std::size_t index_of(const std::vector<double>& genes);
  void evaluate(Point& point) const;
  void add_figures(Point& point, const architecture::Architecture& architecture) const;
  [[nodiscard]] base::Quantity figure_of(
      const FigureOfPoint& figure,
      const std::vector<std::pair<std::string, base::Quantity>>& known) const;
  void check_dimensions(const Point& point) const;
  void judge(Point& point) const;
  [[nodiscard]] std::string record_of(const Point& point) const;
  void read_record(Point& point, const std::string& record) const;

  const Space& space_;
  const Designs& designs_;
  const Estimate& estimate_;
  const Options& options_;
  std::unique_ptr<base::RecordLog> log_;
  std::map<std::vector<double>, std::size_t> known_;  ///< Levels, or genes of intervals.
  std::vector<Point> points_;
  std::size_t searched_ = 0;
};

/// Value of an objective, the smaller the better.
double minimised(const Space& space, const Point& point, std::size_t objective);
/// Place of a figure in those of a point.
std::size_t figure_index(const Space& space, const std::string& name);

}  // namespace neucasl::exploration
