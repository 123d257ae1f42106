#include "neucasl/io/files.hpp"

#include <google/protobuf/struct.pb.h>

#include <cmath>

#include "neucasl/network.pb.h"
#include "protobuf_json.hpp"

namespace neucasl::io {

std::string encode(const network::Network& network) {
  network::v1::Network message;
  message.set_name(network.name);
  message.set_height(network.input.height);
  message.set_width(network.input.width);
  message.set_channels(network.input.channels);
  for (const network::Layer& layer : network.layers) {
    network::v1::Layer& out = *message.add_layers();
    out.set_name(layer.name);
    out.set_kind(static_cast<network::v1::LayerKind>(static_cast<int>(layer.kind) + 1));
    for (const network::LayerId input : layer.inputs) {
      out.add_inputs(input == network::network_input ? 0 : static_cast<std::uint32_t>(input + 1));
    }
    out.set_outputs(layer.outputs);
    out.set_kernel(layer.kernel);
    out.set_stride(layer.stride);
    out.set_padding(layer.padding);
    out.mutable_weight()->Assign(layer.weight.begin(), layer.weight.end());
    out.mutable_bias()->Assign(layer.bias.begin(), layer.bias.end());
  }
  return message.SerializeAsString();
}

network::Network decode_network(std::string_view bytes, const std::string& file) {
  network::v1::Network message;
  from_bytes(bytes, message, "io.network", file);
  network::Network network;
  network.name = message.name();
  network.input = {message.height(), message.width(), message.channels()};
  for (const network::v1::Layer& in : message.layers()) {
    network::Layer layer;
    layer.name = in.name();
    if (!network::v1::LayerKind_IsValid(in.kind()) || in.kind() == 0) {
      throw base::Error("io.network", "layer '" + in.name() + "' has an unknown kind",
                        "give a file written by this version of the tool", {file, 0, 0});
    }
    layer.kind = static_cast<network::LayerKind>(static_cast<int>(in.kind()) - 1);
    for (const std::uint32_t input : in.inputs()) {
      layer.inputs.push_back(input == 0 ? network::network_input : input - 1);
    }
    layer.outputs = in.outputs();
    layer.kernel = in.kernel();
    layer.stride = in.stride();
    layer.padding = in.padding();
    layer.weight.assign(in.weight().begin(), in.weight().end());
    layer.bias.assign(in.bias().begin(), in.bias().end());
    network.layers.push_back(std::move(layer));
  }
  static_cast<void>(network.shapes());
  return network;
}

std::string summary_json(const std::vector<SummaryEntry>& entries) {
  google::protobuf::Struct root;
  for (const SummaryEntry& entry : entries) {
    google::protobuf::Struct* object = &root;
    std::string_view rest = entry.key;
    for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
      object = (*object->mutable_fields())[std::string(rest.substr(0, dot))].mutable_struct_value();
      rest.remove_prefix(dot + 1);
    }
    google::protobuf::Value& value = (*object->mutable_fields())[std::string(rest)];
    if (const auto* number = std::get_if<double>(&entry.value)) {
      if (std::isfinite(*number)) {
        value.set_number_value(*number);
      } else {
        value.set_null_value(google::protobuf::NULL_VALUE);
      }
    } else if (const auto* text = std::get_if<std::string>(&entry.value)) {
      value.set_string_value(*text);
    } else {
      value.set_bool_value(std::get<bool>(entry.value));
    }
  }
  return to_json(root);
}

}  // namespace neucasl::io
