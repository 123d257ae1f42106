#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "converted_product.hpp"
#include "neucasl/base/normal_field.hpp"
#include "training_cells.hpp"

/// \file
/// One layer of a network in training on arrays.

namespace neucasl::mapping {

class TrainingLayer {
 public:
  /// `device` is that of `as_asked`.
  TrainingLayer(std::string name, std::size_t depth, std::size_t outputs,
                const TrainingDevice& device, const AnalogTrainingOptions& options);

  void program(std::span<const float> weight);
  void begin_pass(std::uint64_t pass);
  void add(std::span<const float> change);
  void add_rows(const float* input, const float* gradient, std::size_t rows, std::size_t first_row,
                double rate);
  void save(base::ByteWriter& out) const;
  void restore(base::ByteReader& in);

  /// Mean change of a weight by a pulse.
  [[nodiscard]] double weight_step() const { return cells_.step() * range_; }
  [[nodiscard]] const TrainingCells& cells() const { return cells_; }
  [[nodiscard]] std::vector<float> weights() const;
  [[nodiscard]] double write_energy() const { return energy_; }  ///< J
  [[nodiscard]] double write_time() const { return time_; }      ///< s

  [[nodiscard]] const ConvertedProduct& forward_product() const { return forward_; }
  /// Of the transposed matrix.
  [[nodiscard]] const ConvertedProduct& backward_product() const { return backward_; }

  base::NormalField forward_noise;
  base::NormalField backward_noise;

 private:
  /// Pulses of a row of the matrix on one array.
  struct RowPulses {
    std::int64_t up = 0;
    std::int64_t down = 0;
  };

  template <class Body>
  double for_rows(const Body& body);
  void check_size(std::size_t size) const;
  [[nodiscard]] std::size_t array_outputs() const { return options_.array_columns / 2; }
  [[nodiscard]] std::size_t column_arrays() const;
  double transfer_row(std::size_t row, std::span<const float> change);
  void count_write_time();
  double add_trains(const std::vector<std::uint32_t>& inputs,
                    const std::vector<std::uint32_t>& outputs, const float* input,
                    const float* gradient, std::size_t rows, std::uint64_t first_row,
                    std::size_t first, std::size_t last);
  void refresh();
  void refresh(std::size_t k, std::size_t n);

  ConvertedProduct forward_;
  ConvertedProduct backward_;
  std::string name_;
  std::size_t depth_;
  std::size_t outputs_;
  AnalogTrainingOptions options_;
  TrainingCells cells_;
  std::optional<PulseCost> cost_;
  double range_;                        // w_max
  std::vector<double> chi_;             // in shares of w_max
  std::vector<unsigned char> changed_;  // since the last refresh
  std::vector<RowPulses> most_;         // of the last update, by row and array
  std::uint64_t pass_ = 0;
  std::uint64_t steps_ = 0;
  double energy_ = 0.0;
  double time_ = 0.0;
};

}  // namespace neucasl::mapping
