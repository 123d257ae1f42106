#pragma once

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "neucasl/campaign/worker_pool.hpp"

/// \file
/// A model with known answers: two standard normal numbers, outputs "sum" (V) and "first".

namespace neucasl::test {

/// What goes wrong on purpose.
struct SyntheticFaults {
  double fail_above = 1e9;            ///< The simulation fails when the first number is larger.
  double none_below = -1e9;           ///< "sum" has no value when the first number is smaller.
  std::vector<std::uint64_t> deadly;  ///< Samples that end the process.
  /// A sample that ends the process unless this file is there, which it makes.
  std::uint64_t once = UINT64_MAX;
  std::filesystem::path once_file;
};

class SyntheticModel final : public campaign::SampleModel {
 public:
  explicit SyntheticModel(SyntheticFaults faults = {}, std::size_t unit = 8)
      : faults_(std::move(faults)), unit_(unit) {}

  [[nodiscard]] const std::vector<campaign::Output>& outputs() const override { return outputs_; }
  [[nodiscard]] const std::vector<std::string>& inputs() const override { return inputs_; }
  [[nodiscard]] std::string key() const override { return "synthetic"; }
  [[nodiscard]] std::size_t unit() const override { return unit_; }
  [[nodiscard]] std::string description() const override { return "synthetic model"; }
  [[nodiscard]] std::unique_ptr<campaign::Evaluator> evaluator() const override {
    return std::make_unique<Work>(faults_);
  }

 private:
  class Work final : public campaign::Evaluator {
   public:
    explicit Work(const SyntheticFaults& faults) : faults_(faults) {}
    void evaluate(const campaign::Sample& sample, std::span<double> outputs) override {
      for (const std::uint64_t deadly : faults_.deadly) {
        if (sample.number == deadly) std::_Exit(3);
      }
      if (sample.number == faults_.once && !std::filesystem::exists(faults_.once_file)) {
        std::ofstream(faults_.once_file) << "ended";
        std::_Exit(4);
      }
      if (sample.normals[0] > faults_.fail_above) {
        throw base::Error("synthetic.fault", "did not converge; at\nall", "do not");
      }
      outputs[0] = sample.normals[0] < faults_.none_below
                       ? std::nan("")
                       : (sample.normals[0] + sample.normals[1]) / std::sqrt(2.0);
      outputs[1] = sample.normals[0];
    }
    campaign::ReplayFiles replay(const campaign::Sample& sample,
                                 std::span<double> outputs) override {
      evaluate(sample, outputs);
      return {{"note.txt", "sample " + std::to_string(sample.number)}};
    }

   private:
    const SyntheticFaults& faults_;
  };

  SyntheticFaults faults_;
  std::size_t unit_;
  std::vector<campaign::Output> outputs_{{"sum", "Sum", base::dimension::voltage},
                                         {"first", "First", {}}};
  std::vector<std::string> inputs_{"a", "b"};
};

}  // namespace neucasl::test
