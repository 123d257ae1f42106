#include <algorithm>

#include "neucasl/io/files.hpp"
#include "neucasl/precision_map.pb.h"
#include "protobuf_json.hpp"

namespace neucasl::io {
namespace {

namespace message = precision::v1;

void put(const precision::LayerPrecision& layer, message::LayerPrecision& out) {
  out.set_layer(layer.layer);
  out.set_weight_bits(static_cast<std::uint32_t>(layer.weight_bits));
  out.set_activation_bits(static_cast<std::uint32_t>(layer.activation_bits));
  out.set_weight_affine(layer.weight_affine);
  out.set_granularity(static_cast<message::Granularity>(layer.granularity));
  out.set_group_size(layer.group_size);
  out.set_activation_form(static_cast<message::ActivationForm>(layer.activation_form));
  for (const auto& [method, scores] : layer.sensitivities) {
    auto& at_bits = *(*out.mutable_sensitivities())[method].mutable_at_bits();
    for (const auto& [bits, score] : scores) at_bits[static_cast<std::uint32_t>(bits)] = score;
  }
  if (!layer.analog) return;
  message::AnalogPlan& analog = *out.mutable_analog();
  analog.set_cells_per_weight(layer.analog->cells_per_weight);
  analog.set_bits_per_cell(static_cast<std::uint32_t>(layer.analog->bits_per_cell));
  analog.set_arrays(layer.analog->arrays);
  analog.set_converter_bits(static_cast<std::uint32_t>(layer.analog->converter_bits));
}

/// Anything absurd stays absurd enough for the range check to name it.
int bits_of(std::uint32_t bits) { return static_cast<int>(std::min(bits, 1000U)); }

[[noreturn]] void refuse_enumeration(const message::LayerPrecision& layer, const char* field,
                                     int value, const std::string& file) {
  throw base::Error("io.precision-map",
                    "layer '" + layer.layer() + "' has the " + field + " " + std::to_string(value),
                    "give one of the names in precision_map.proto", {file, 0, 0});
}

precision::LayerPrecision get(const message::LayerPrecision& in, const std::string& file) {
  precision::LayerPrecision layer;
  layer.layer = in.layer();
  layer.weight_bits = bits_of(in.weight_bits());
  layer.activation_bits = bits_of(in.activation_bits());
  layer.weight_affine = in.weight_affine();
  if (!message::Granularity_IsValid(in.granularity())) {
    refuse_enumeration(in, "granularity", in.granularity(), file);
  }
  layer.granularity = static_cast<precision::Granularity>(in.granularity());
  layer.group_size = in.group_size();
  if (!message::ActivationForm_IsValid(in.activation_form())) {
    refuse_enumeration(in, "activation_form", in.activation_form(), file);
  }
  layer.activation_form = static_cast<precision::ActivationForm>(in.activation_form());
  for (const auto& [method, scores] : in.sensitivities()) {
    auto& at_bits = layer.sensitivities[method];
    for (const auto& [bits, score] : scores.at_bits()) at_bits[bits_of(bits)] = score;
  }
  if (in.has_analog()) {
    layer.analog = {in.analog().cells_per_weight(), bits_of(in.analog().bits_per_cell()),
                    in.analog().arrays(), bits_of(in.analog().converter_bits())};
  }
  return layer;
}

}  // namespace

std::string encode_json(const precision::PrecisionMap& map) {
  message::PrecisionMap out;
  out.set_network(map.network);
  out.set_method(map.method);
  out.set_variant(map.variant);
  out.set_seed(map.seed);
  out.set_calibration(map.calibration);
  out.set_structure(map.structure);
  out.set_tool(map.tool);
  for (const precision::LayerPrecision& layer : map.layers) put(layer, *out.add_layers());
  if (map.fallback) put(*map.fallback, *out.mutable_fallback());
  return to_json(out);
}

precision::PrecisionMap decode_precision_map(std::string_view text, const std::string& file) {
  message::PrecisionMap in;
  from_json(text, in, "io.precision-map", file);
  precision::PrecisionMap map;
  map.network = in.network();
  map.method = in.method();
  map.variant = in.variant();
  map.seed = in.seed();
  map.calibration = in.calibration();
  map.structure = in.structure();
  map.tool = in.tool();
  map.where = {file, 0, 0};
  for (const auto& layer : in.layers()) map.layers.push_back(get(layer, file));
  if (in.has_fallback()) map.fallback = get(in.fallback(), file);
  return map;
}

}  // namespace neucasl::io
