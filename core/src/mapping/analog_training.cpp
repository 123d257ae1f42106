#include "neucasl/mapping/analog_training.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "input_law.hpp"
#include "layered_training.hpp"
#include "neucasl/base/quantity.hpp"
#include "training_cells.hpp"
#include "training_layer.hpp"

namespace neucasl::mapping {
namespace {

[[noreturn]] void refuse_option(const std::string& what, const std::string& remedy) {
  throw base::Error("mapping.analog-training", what, remedy);
}

void check_device(const TrainingDevice& device) {
  if (!device.synapse.update) {
    throw base::Error("mapping.update-law", "the device has no law of update",
                      "choose a card with potentiation_levels");
  }
  const auto check = [](const char* name, const UpdateCurve& curve) {
    if (curve.pulses > 0.0 && std::isfinite(curve.pulses) && curve.curvature > 0.0 &&
        std::isfinite(curve.curvature)) {
      return;
    }
    throw base::Error("mapping.update-law",
                      std::string("the ") + name + " has " + base::shortest(curve.pulses) +
                          " levels and curvature " + base::shortest(curve.curvature),
                      "give finite numbers above 0");
  };
  check("potentiation", device.synapse.update->potentiation);
  check("depression", device.synapse.update->depression);
  check_noise("noise of updates", device.synapse.update->sigma);
}

void check_options(const AnalogTrainingOptions& options) {
  check_reading(options.reading);
  if (options.array_rows == 0 || options.array_columns < 2) {
    refuse_option("an array has " + std::to_string(options.array_rows) + " rows and " +
                      std::to_string(options.array_columns) + " columns",
                  "give at least 1 row and 2 columns");
  }
  if (!(options.weight_range > 0.0) || !std::isfinite(options.weight_range)) {
    refuse_option("the range of weights is " + base::shortest(options.weight_range),
                  "give a finite number above 0");
  }
  if (options.threshold == 0) refuse_option("the threshold is 0 pulses", "give at least 1");
  if (options.pulse_train == 0 || options.pulse_train > 31) {
    refuse_option("a train has " + std::to_string(options.pulse_train) + " pulses", "give 1 to 31");
  }
  check_noise("read noise of a device", options.read_sigma);
  if (!(options.read_age > 0.0) || !std::isfinite(options.read_age)) {
    refuse_option("the age at a read is " + base::shortest(options.read_age) + " s",
                  "give a finite time above 0");
  }
}

class MemristorTraining final : public LayeredTraining<TrainingLayer> {
 public:
  MemristorTraining(const network::Network& network, const TrainingDevice& device,
                    const AnalogTrainingOptions& options)
      : LayeredTraining(network.layers.size()), options_(options) {
    const std::vector<network::Shape> shapes = network.shapes();
    const TrainingDevice asked = as_asked(device, options);
    for (const network::LayerId id : network.matrix_layers()) {
      const network::Layer& layer = network.layers[id];
      place(id, std::make_unique<TrainingLayer>(layer.name, network.depth(id, shapes),
                                                layer.outputs, asked, options));
    }
  }

  void program(network::LayerId layer, std::span<const float> weight) override {
    on(layer).program(weight);
  }
  void add(network::LayerId layer, std::span<const float> change) override {
    on(layer).add(change);
  }
  [[nodiscard]] bool adds_rows() const override {
    return options_.update == UpdateScheme::outer_product;
  }
  void add_rows(network::LayerId layer, const float* input, const float* output_gradient,
                std::size_t rows, std::size_t first_row, double rate) override {
    on(layer).add_rows(input, output_gradient, rows, first_row, rate);
  }
  [[nodiscard]] std::vector<float> weights(network::LayerId layer) const override {
    return on(layer).weights();
  }
  [[nodiscard]] std::vector<double> conductances(network::LayerId layer) const override {
    return on(layer).cells().conductances();
  }
  [[nodiscard]] double weight_step(network::LayerId layer) const override {
    return on(layer).weight_step();
  }

  [[nodiscard]] TrainingEvents events() const override {
    TrainingEvents events = LayeredTraining::events();
    for (const auto& layer : layers()) {
      if (!layer) continue;
      const TrainingCells& cells = layer->cells();
      for (const std::uint64_t pulses : cells.pulses()) {
        events.pulses += pulses;
        events.largest_count = std::max(events.largest_count, pulses);
      }
      events.devices += cells.count() * (cells.push_pull() ? 2 : 1);
      events.write_energy += layer->write_energy();
      events.write_time = std::max(events.write_time, layer->write_time());
    }
    return events;
  }

 private:
  AnalogTrainingOptions options_;
};

}  // namespace

std::unique_ptr<AnalogTraining> memristor_training(const network::Network& network,
                                                   const TrainingDevice& device,
                                                   const AnalogTrainingOptions& options) {
  check_device(device);
  check_options(options);
  return std::make_unique<MemristorTraining>(network, device, options);
}

}  // namespace neucasl::mapping
