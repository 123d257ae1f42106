#include "array_cells.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "../panel_layout.hpp"

namespace neucasl::array_plugin {
namespace {

constexpr std::size_t most = most_cell_unknowns;
/// Below this count of cells threads cost more than they save.
constexpr std::size_t least_threaded_cells = 2048;

enum Fault : int { none, not_finite, singular };

}  // namespace

/// Numbers of one cell while it is evaluated.
struct ArrayCells::Work {
  std::array<double, most> x, flow, storage;
  std::array<double, most * most> flow_slope, storage_slope;
  // Of one part.
  std::array<double, most> part_x, part_flow, part_storage;
  std::array<double, most * most> part_flow_slope, part_storage_slope;
  std::array<double, most*(2 * most + 3)> system;
  std::array<double, 4> conductance;
  std::array<double, 2> current;
};

ArrayCells::ArrayCells(const NonlinearArray& array, int threads, const base::CancelFlag& cancel)
    : array_(array),
      threads_(array.cells() < least_threaded_cells ? 1 : threads),
      cancel_(cancel),
      inner_(array.inner.size()),
      local_(2 + inner_),
      all_(local_ + array.controls),
      stride_((array.columns + lanes - 1) / lanes * lanes),
      response_(array.cells() * inner_ * 3),
      inverse_(array.cells() * inner_ * inner_),
      outer_(array.cells() * inner_ * 2) {
  if (array.parts.size() == 1 && array.parts[0].model != nullptr) {
    const std::vector<std::uint32_t>& place = array.parts[0].place;
    single_part_ = place.size() == all_;
    for (std::size_t k = 0; k < place.size(); ++k) single_part_ = single_part_ && place[k] == k;
  }
  for (const InnerUnknown& one : array.inner) {
    memory_.push_back(!one.node && one.kind == model::InternalKind::memory ? 1 : 0);
  }
  find_stored();
}

/// Looks at the slopes of the storage of the first cell at some points.
void ArrayCells::find_stored() {
  std::vector<char> has(all_, 0);
  Work work{};
  for (int point = 0; point < 3; ++point) {
    for (std::size_t k = 0; k < all_; ++k) {
      const double place = static_cast<double>(k) + 3.0 * point;
      const bool given = k >= 2 && k < local_;
      work.x[k] = (given ? array_.initial[k - 2] : 0.0) +
                  (given ? 0.01 * array_.inner[k - 2].scale : 0.3) * std::sin(1.0 + 2.3 * place);
    }
    add_parts(0, true, work);
    for (std::size_t i = 0; i < all_; ++i) {
      for (std::size_t j = 0; j < all_; ++j) {
        if (work.storage_slope[i * all_ + j] != 0.0) has[i] = 1;
      }
    }
  }
  for (std::size_t i = 0; i < all_; ++i) {
    const bool state = i >= 2 && i < local_ && !array_.inner[i - 2].node &&
                       array_.inner[i - 2].kind != model::InternalKind::algebraic;
    if (has[i] != 0 || state) stored_.push_back(static_cast<std::uint32_t>(i));
  }
}

void ArrayCells::for_rows(const std::function<void(std::size_t)>& body) const {
  // Several rows a task, so that handing out tasks costs nothing.
  const std::size_t tasks = std::min<std::size_t>(array_.rows, 16);
  base::parallel_for(tasks, threads_, cancel_, [&](std::size_t task) {
    const std::size_t end = (task + 1) * array_.rows / tasks;
    for (std::size_t row = task * array_.rows / tasks; row < end; ++row) body(row);
  });
}

void ArrayCells::gather(std::size_t cell, double u, double v, std::span<const double> y,
                        std::span<const double> controls, Work& work) const {
  work.x[0] = u;
  work.x[1] = v;
  for (std::size_t k = 0; k < inner_; ++k) work.x[2 + k] = y[cell * inner_ + k];
  for (std::size_t k = 0; k < array_.controls; ++k) {
    const std::uint32_t source = array_.control[cell * array_.controls + k];
    work.x[local_ + k] = source == NonlinearArray::ground ? 0.0 : controls[source];
  }
}

void ArrayCells::add_parts(std::size_t cell, bool jacobian, Work& work) const {
  if (single_part_) {
    const CellPart& part = array_.parts.front();
    const std::size_t size = part.derived_size();
    model::Evaluation out;
    out.flow = std::span(work.flow).first(all_);
    out.storage = std::span(work.storage).first(all_);
    if (jacobian) {
      out.flow_jacobian = std::span(work.flow_slope).first(all_ * all_);
      out.storage_jacobian = std::span(work.storage_slope).first(all_ * all_);
    }
    part.model->evaluate({&part.derived[cell * size], size},
                         std::span<const double>(work.x).first(all_), out);
    return;
  }
  std::fill_n(work.flow.begin(), all_, 0.0);
  std::fill_n(work.storage.begin(), all_, 0.0);
  if (jacobian) {
    std::fill_n(work.flow_slope.begin(), all_ * all_, 0.0);
    std::fill_n(work.storage_slope.begin(), all_ * all_, 0.0);
  }
  for (const CellPart& part : array_.parts) {
    const std::size_t n = part.place.size();
    const std::size_t size = part.derived_size();
    const double* const derived = &part.derived[cell * size];
    if (part.model == nullptr) {
      const std::uint32_t p = part.place[0];
      const std::uint32_t q = part.place[1];
      const double voltage = work.x[p] - work.x[q];
      for (const bool charge : {false, true}) {
        const double value = derived[charge ? 1 : 0];
        auto& sum = charge ? work.storage : work.flow;
        sum[p] += value * voltage;
        sum[q] -= value * voltage;
        if (!jacobian) continue;
        auto& slope = charge ? work.storage_slope : work.flow_slope;
        slope[p * all_ + p] += value;
        slope[q * all_ + q] += value;
        slope[p * all_ + q] -= value;
        slope[q * all_ + p] -= value;
      }
      continue;
    }
    for (std::size_t i = 0; i < n; ++i) work.part_x[i] = work.x[part.place[i]];
    model::Evaluation out;
    out.flow = std::span(work.part_flow).first(n);
    out.storage = std::span(work.part_storage).first(n);
    if (jacobian) {
      out.flow_jacobian = std::span(work.part_flow_slope).first(n * n);
      out.storage_jacobian = std::span(work.part_storage_slope).first(n * n);
    }
    part.model->evaluate({derived, size}, std::span<const double>(work.part_x).first(n), out);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t row = part.place[i];
      work.flow[row] += work.part_flow[i];
      work.storage[row] += work.part_storage[i];
      for (std::size_t j = 0; j < n && jacobian; ++j) {
        work.flow_slope[row * all_ + part.place[j]] += work.part_flow_slope[i * n + j];
        work.storage_slope[row * all_ + part.place[j]] += work.part_storage_slope[i * n + j];
      }
    }
  }
}

/// Elimination of the inner rows by Gauss and Jordan with scaled row pivots; work.system holds the
/// rows [inner | row column | residual | unit matrix].
bool ArrayCells::condense(std::size_t cell, bool hold_memories, Work& work) {
  const std::size_t n = inner_;
  const std::size_t width = 2 * n + 3;
  auto& a = work.system;
  for (std::size_t k = 0; k < n; ++k) {
    if (!hold_memories || memory_[k] == 0) continue;
    std::fill_n(&a[k * width], width, 0.0);
    a[k * width + k] = 1.0;
  }
  for (std::size_t i = 0; i < n; ++i) {
    double largest = 0.0;
    for (std::size_t j = 0; j < n; ++j) largest = std::max(largest, std::abs(a[i * width + j]));
    if (!(largest > 0.0)) return false;
    const double scale = 1.0 / largest;
    for (std::size_t j = 0; j < width && n > 1; ++j) a[i * width + j] *= scale;
  }
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::abs(a[i * width + k]) > std::abs(a[best * width + k])) best = i;
    }
    const double pivot = a[best * width + k];
    if (!(std::abs(pivot) > 1e-300)) return false;
    if (best != k) std::swap_ranges(&a[k * width], &a[(k + 1) * width], &a[best * width]);
    const double inverse = 1.0 / pivot;
    for (std::size_t j = k; j < width; ++j) a[k * width + j] *= inverse;
    for (std::size_t i = 0; i < n; ++i) {
      const double factor = a[i * width + k];
      if (i == k || factor == 0.0) continue;
      for (std::size_t j = k; j < width; ++j) a[i * width + j] -= factor * a[k * width + j];
    }
  }
  keep(cell, work);
  return true;
}

/// Keeps the slopes, as far as responses and `restate` need them.
void ArrayCells::keep(std::size_t cell, const Work& work) {
  const std::size_t n = inner_;
  const std::size_t width = 2 * n + 3;
  for (std::size_t k = 0; k < n; ++k) {
    const double* const row = &work.system[k * width + n];
    std::copy_n(row, 3, &response_[(cell * n + k) * 3]);
    std::copy_n(row + 3, n, &inverse_[(cell * n + k) * n]);
  }
  for (std::size_t t = 0; t < 2; ++t) {
    std::copy_n(&work.flow_slope[t * all_ + 2], n, &outer_[(cell * 2 + t) * n]);
  }
}

int ArrayCells::linearise_cell(std::size_t cell, const TimeRule& rule, const CellAccuracy& accuracy,
                               std::span<double> storage_weight, Work& work) {
  add_parts(cell, true, work);
  double finite = 0.0;
  // R and J over the flow and its slopes.
  for (std::size_t i = 0; i < local_; ++i) {
    work.flow[i] += rule.rate * work.storage[i];
    finite += 0.0 * work.flow[i];
    for (std::size_t j = 0; j < local_; ++j) {
      double& slope = work.flow_slope[i * all_ + j];
      slope += rule.rate * work.storage_slope[i * all_ + j];
      finite += 0.0 * slope;
    }
  }
  if (finite != 0.0) return not_finite;
  for (std::size_t s = 0; s < stored_.size(); ++s) {
    const std::size_t i = stored_[s];
    if (i >= local_) continue;
    if (!rule.constant.empty()) work.flow[i] += rule.constant[cell * stored_.size() + s];
    const double* const slope = &work.storage_slope[i * all_];
    double weight = (std::abs(slope[0]) + std::abs(slope[1])) * accuracy.voltage;
    for (std::size_t j = 0; j < inner_; ++j) {
      weight += std::abs(slope[2 + j]) * accuracy.inner[cell * inner_ + j];
    }
    storage_weight[cell * stored_.size() + s] = weight;
  }
  const std::size_t width = 2 * inner_ + 3;
  for (std::size_t i = 0; i < inner_; ++i) {
    double* const row = &work.system[i * width];
    const double* const slope = &work.flow_slope[(2 + i) * all_];
    std::copy_n(slope + 2, inner_, row);
    row[inner_] = slope[0];
    row[inner_ + 1] = slope[1];
    row[inner_ + 2] = work.flow[2 + i];
    std::fill_n(row + inner_ + 3, inner_, 0.0);
    row[inner_ + 3 + i] = rule.hold_memories && memory_[i] != 0 ? 0.0 : 1.0;
  }
  if (!condense(cell, rule.hold_memories, work)) return singular;
  const double* const response = &response_[cell * inner_ * 3];
  for (std::size_t t = 0; t < 2; ++t) {
    const double* const slope = &work.flow_slope[t * all_];
    work.current[t] = work.flow[t];
    work.conductance[2 * t] = slope[0];
    work.conductance[2 * t + 1] = slope[1];
    for (std::size_t k = 0; k < inner_; ++k) {
      work.conductance[2 * t] -= slope[2 + k] * response[3 * k];
      work.conductance[2 * t + 1] -= slope[2 + k] * response[3 * k + 1];
      work.current[t] -= slope[2 + k] * response[3 * k + 2];
    }
  }
  return none;
}

bool ArrayCells::linearise(const Field& u, const Field& v, std::span<const double> y,
                           std::span<const double> controls, const TimeRule& rule,
                           CellStamps& stamps, const CellAccuracy& accuracy,
                           std::span<double> storage_weight) {
  std::vector<int> fault(array_.rows, none);
  std::vector<std::size_t> fault_cell(array_.rows, 0);
  for_rows([&](std::size_t row) {
    Work work;
    for (std::size_t column = 0; column < array_.columns; ++column) {
      const std::size_t cell = row * array_.columns + column;
      const std::size_t at = row * stride_ + column;
      gather(cell, u[at], v[at], y, controls, work);
      const int result = linearise_cell(cell, rule, accuracy, storage_weight, work);
      if (result != none && fault[row] == none) {
        fault[row] = result;
        fault_cell[row] = cell;
      }
      stamps.row_current[at] = work.current[0];
      stamps.column_current[at] = work.current[1];
      stamps.row_row[at] = work.conductance[0];
      stamps.row_column[at] = work.conductance[1];
      stamps.column_row[at] = work.conductance[2];
      stamps.column_column[at] = work.conductance[3];
    }
  });
  return !find_fault(fault, fault_cell);
}

bool ArrayCells::find_fault(const std::vector<int>& fault,
                            const std::vector<std::size_t>& fault_cell) {
  for (std::size_t row = 0; row < array_.rows; ++row) {
    if (fault[row] == none) continue;
    fault_cell_ = fault_cell[row];
    fault_not_finite_ = fault[row] == not_finite;
    return true;
  }
  return false;
}

/// Currents and s from what `add_parts` gave.
void ArrayCells::restate_cell(std::size_t cell, const TimeRule& rule, Work& work) {
  const std::size_t n = inner_;
  for (std::size_t i = 0; i < local_; ++i) work.flow[i] += rule.rate * work.storage[i];
  for (std::size_t s = 0; s < stored_.size() && !rule.constant.empty(); ++s) {
    if (stored_[s] < local_) work.flow[stored_[s]] += rule.constant[cell * stored_.size() + s];
  }
  work.current = {work.flow[0], work.flow[1]};
  for (std::size_t k = 0; k < n; ++k) {
    double shift = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
      shift += inverse_[(cell * n + k) * n + j] * work.flow[2 + j];
    }
    response_[(cell * n + k) * 3 + 2] = shift;
    for (std::size_t t = 0; t < 2; ++t) {
      work.current[t] -= outer_[(cell * 2 + t) * n + k] * shift;
    }
  }
}

bool ArrayCells::restate(const Field& u, const Field& v, std::span<const double> y,
                         std::span<const double> controls, const TimeRule& rule, CellStamps& stamps,
                         std::span<double> storage, std::span<double> flow) {
  std::vector<int> fault(array_.rows, none);
  std::vector<std::size_t> fault_cell(array_.rows, 0);
  for_rows([&](std::size_t row) {
    Work work;
    for (std::size_t column = 0; column < array_.columns; ++column) {
      const std::size_t cell = row * array_.columns + column;
      const std::size_t at = row * stride_ + column;
      gather(cell, u[at], v[at], y, controls, work);
      add_parts(cell, false, work);
      store(cell, work, storage, flow);
      restate_cell(cell, rule, work);
      stamps.row_current[at] = work.current[0];
      stamps.column_current[at] = work.current[1];
      if (!std::isfinite(work.current[0] + work.current[1]) && fault[row] == none) {
        fault[row] = not_finite;
        fault_cell[row] = cell;
      }
    }
  });
  return !find_fault(fault, fault_cell);
}

void ArrayCells::store(std::size_t cell, const Work& work, std::span<double> storage,
                       std::span<double> flow) const {
  const std::size_t outer = 2 + array_.controls;
  for (std::size_t s = 0; s < stored_.size(); ++s) {
    storage[cell * stored_.size() + s] = work.storage[stored_[s]];
  }
  double* const out = &flow[cell * outer];
  out[0] = work.flow[0];
  out[1] = work.flow[1];
  std::copy_n(&work.flow[local_], array_.controls, out + 2);
}

CellChange ArrayCells::respond(const Field& du, const Field& dv, const CellAccuracy& accuracy,
                               std::span<double> dy) const {
  CellChange largest;
  for (std::size_t cell = 0; cell < array_.cells(); ++cell) {
    const std::size_t at = cell / array_.columns * stride_ + cell % array_.columns;
    const double* const response = &response_[cell * inner_ * 3];
    for (std::size_t k = 0; k < inner_; ++k) {
      const double change =
          -(response[3 * k] * du[at] + response[3 * k + 1] * dv[at] + response[3 * k + 2]);
      dy[cell * inner_ + k] = change;
      double size = std::abs(change) / accuracy.inner[cell * inner_ + k];
      if (!std::isfinite(size)) size = INFINITY;
      if (array_.inner[k].node) largest.nodes = std::max(largest.nodes, size);
      if (size <= largest.all) continue;
      largest.all = size;
      largest.worst_cell = cell;
    }
  }
  return largest;
}

void ArrayCells::evaluate(const Field& u, const Field& v, std::span<const double> y,
                          std::span<const double> controls, std::span<double> storage,
                          std::span<double> flow) {
  for_rows([&](std::size_t row) {
    Work work;
    for (std::size_t column = 0; column < array_.columns; ++column) {
      const std::size_t cell = row * array_.columns + column;
      const std::size_t at = row * stride_ + column;
      gather(cell, u[at], v[at], y, controls, work);
      add_parts(cell, false, work);
      store(cell, work, storage, flow);
    }
  });
}

}  // namespace neucasl::array_plugin
