#include "features.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/base/quantity.hpp"

namespace neucasl::cptquant_plugin {
namespace {

using Eigen::Index;
using workload::Tensor;

/// Elements of one feature that follow each other: the positions of images.
struct Form {
  Index samples = 1;
  Index features = 1;
  Index positions = 1;
};

Form form_of(const Tensor& tensor) {
  const workload::TensorShape& shape = tensor.type.shape;
  if (shape.empty()) return {};
  Form form;
  const bool image = shape.size() == 4;
  form.features = static_cast<Index>(image ? shape[1] : shape.back());
  form.positions = image ? static_cast<Index>(shape[2] * shape[3]) : 1;
  form.samples =
      static_cast<Index>(tensor.size()) / std::max<Index>(1, form.features * form.positions);
  return form;
}

template <class T>
void fill(const std::vector<T>& values, const Form& form, bool mean, Index row,
          Eigen::MatrixXd& result) {
  for (Index sample = 0; sample < form.samples; ++sample) {
    for (Index feature = 0; feature < form.features; ++feature) {
      const T* from = values.data() + (sample * form.features + feature) * form.positions;
      double sum = 0.0;
      for (Index at = 0; at < form.positions; ++at) {
        const auto value = static_cast<double>(from[at]);
        sum += value;
        if (!mean) result(row + sample * form.positions + at, feature) = value;
      }
      if (mean) result(row + sample, feature) = sum / static_cast<double>(form.positions);
    }
  }
}

}  // namespace

Eigen::MatrixXd features(const workload::Batches& batches, bool mean_of_positions) {
  Index rows = 0;
  const auto rows_of = [&](const Form& form) {
    return form.samples * (mean_of_positions ? 1 : form.positions);
  };
  for (const Tensor& batch : batches) rows += rows_of(form_of(batch));
  Eigen::MatrixXd result(rows, batches.empty() ? 0 : form_of(batches.front()).features);
  Index row = 0;
  for (const Tensor& batch : batches) {
    const Form form = form_of(batch);
    std::visit([&](const auto& values) { fill(values, form, mean_of_positions, row, result); },
               batch.values);
    row += rows_of(form);
  }
  return result;
}

void require_rows(const Eigen::MatrixXd& rows, double rows_per_feature, const std::string& where,
                  const std::string& remedy) {
  const double needed = std::ceil(rows_per_feature * static_cast<double>(rows.cols()));
  if (static_cast<double>(rows.rows()) >= needed) return;
  throw base::Error("precision.samples",
                    "canonical correlations of the " + std::to_string(rows.cols()) +
                        " features of " + where + " need at least " + base::shortest(needed) +
                        " samples, the calibration set gives " + std::to_string(rows.rows()),
                    "give so many, or " + remedy);
}

}  // namespace neucasl::cptquant_plugin
