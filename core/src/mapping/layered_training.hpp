#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "converted_product.hpp"

/// \file
/// What engines of training have in common, whatever their layers are made of.

namespace neucasl::mapping {

/// A `Layer` has begin_pass, save, restore, forward_product, backward_product (the transposed
/// matrix), forward_noise and backward_noise. Layers by their index in the network, empty where
/// there is no matrix.
template <class Layer>
class LayeredTraining : public AnalogTraining {
 public:
  void begin_pass(std::uint64_t pass) override {
    for (const auto& layer : layers_) {
      if (layer) layer->begin_pass(pass);
    }
  }
  void multiply(network::LayerId layer, const float* input, std::size_t rows, std::size_t first_row,
                float* output) const override {
    const Layer& on = *layers_[layer];
    on.forward_product().read(on.forward_noise, input, rows, first_row, output, forward_);
  }
  void multiply_transposed(network::LayerId layer, const float* output_gradient, std::size_t rows,
                           std::size_t first_row, float* input_gradient) const override {
    const Layer& on = *layers_[layer];
    on.backward_product().read(on.backward_noise, output_gradient, rows, first_row, input_gradient,
                               backward_);
  }
  void save(base::ByteWriter& out) const override {
    for (const auto& layer : layers_) {
      if (layer) layer->save(out);
    }
    forward_.save(out);
    backward_.save(out);
  }
  void restore(base::ByteReader& in) override {
    for (const auto& layer : layers_) {
      if (layer) layer->restore(in);
    }
    forward_.restore(in);
    backward_.restore(in);
  }
  [[nodiscard]] TrainingEvents events() const override {
    TrainingEvents events;
    events.forward_reads = forward_.reads;
    events.backward_reads = backward_.reads;
    events.conversions = forward_.conversions + backward_.conversions;
    return events;
  }

 protected:
  explicit LayeredTraining(std::size_t layers) : layers_(layers) {}

  [[nodiscard]] Layer& on(network::LayerId layer) { return *layers_[layer]; }
  [[nodiscard]] const Layer& on(network::LayerId layer) const { return *layers_[layer]; }
  void place(network::LayerId layer, std::unique_ptr<Layer> made) {
    layers_[layer] = std::move(made);
  }
  [[nodiscard]] const std::vector<std::unique_ptr<Layer>>& layers() const { return layers_; }

 private:
  std::vector<std::unique_ptr<Layer>> layers_;
  mutable ReadCounter forward_;
  mutable ReadCounter backward_;
};

}  // namespace neucasl::mapping
