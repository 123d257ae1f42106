#include <google/protobuf/struct.pb.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "neucasl/io/precision_exchange.hpp"
#include "neucasl/precision/module_names.hpp"
#include "protobuf_json.hpp"

namespace neucasl::io {
namespace {

using precision::Granularity;
using precision::LayerPrecision;
using precision::PrecisionMap;

[[noreturn]] void refuse_export(const std::string& what, const std::string& remedy,
                                const PrecisionMap& map) {
  throw base::Error("io.precision-export", what, remedy, map.where);
}

/// A number type of another tool and the bits of its numbers.
struct NumberType {
  int bits = 0;
  const char* name = "";
};

constexpr std::array<NumberType, 7> llama_types{
    {{2, "q2_k"}, {3, "q3_k"}, {4, "q4_k"}, {5, "q5_k"}, {6, "q6_k"}, {8, "q8_0"}, {16, "f16"}}};

std::string llama_type(int bits) {
  for (const NumberType& type : llama_types) {
    if (type.bits >= bits) return type.name;
  }
  return llama_types.back().name;
}

std::string escaped(const std::string& name) {
  std::string result;
  for (const char c : name) {
    if (std::string_view(".^$|()[]{}*+?\\").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

/// The first of those that are there most often.
template <class T, class Of>
T most_frequent(const std::vector<LayerPrecision>& layers, const Of& of) {
  T best = of(layers.front());
  std::ptrdiff_t most = 0;
  for (const LayerPrecision& layer : layers) {
    const T one = of(layer);
    const auto count = std::count_if(layers.begin(), layers.end(),
                                     [&](const LayerPrecision& other) { return of(other) == one; });
    if (count <= most) continue;
    most = count;
    best = one;
  }
  return best;
}

void require_layers(const PrecisionMap& map) {
  if (!map.layers.empty() || map.fallback) return;
  refuse_export("the map has neither layers nor a fallback", "give a map of a network", map);
}

/// What GPTQModel can tell layers apart by.
struct GptqForm {
  int bits = 0;  ///< 0: in floating point.
  int group_size = -1;
  bool symmetric = true;

  bool operator==(const GptqForm&) const = default;
};

GptqForm gptq_form(const LayerPrecision& layer) {
  GptqForm form;
  for (const int bits : {8, 4, 3, 2}) {
    if (bits >= layer.weight_bits) form.bits = bits;
  }
  if (form.bits == 0) return form;
  form.symmetric = !layer.weight_affine;
  if (layer.granularity != Granularity::group) return form;
  constexpr std::array sizes{16, 32, 64, 128, 256, 512, 1024};
  form.group_size = sizes.front();
  for (const int size : sizes) {
    if (static_cast<std::size_t>(size) <= layer.group_size) form.group_size = size;
  }
  return form;
}

using Fields = google::protobuf::Map<std::string, google::protobuf::Value>;

void put_form(const GptqForm& form, Fields& fields) {
  fields["bits"].set_number_value(form.bits);
  fields["group_size"].set_number_value(form.group_size);
  fields["sym"].set_bool_value(form.symmetric);
}

/// GPTQModel needs a form for the rest even where no layer has one.
GptqForm gptq_base(const PrecisionMap& map) {
  if (map.fallback) {
    const GptqForm form = gptq_form(*map.fallback);
    if (form.bits > 0) return form;
  }
  std::vector<LayerPrecision> quantised;
  std::copy_if(map.layers.begin(), map.layers.end(), std::back_inserter(quantised),
               [](const LayerPrecision& layer) { return gptq_form(layer).bits > 0; });
  if (quantised.empty()) {
    refuse_export("all layers stay in floating point", "give a map with layers of up to 8 bits",
                  map);
  }
  return most_frequent<GptqForm>(quantised, gptq_form);
}

}  // namespace

LlamaTensorTypes to_llama_tensor_types(const PrecisionMap& map) {
  require_layers(map);
  LlamaTensorTypes result;
  for (const LayerPrecision& layer : map.layers) {
    const auto tensor = precision::gguf_tensor(layer.layer);
    if (!tensor) {
      refuse_export("layer '" + layer.layer + "' has no name in GGUF files",
                    "give a map of a transformer whose layers have the names of its modules", map);
    }
    result.file += '^' + escaped(*tensor) + "$=" + llama_type(layer.weight_bits) + '\n';
  }
  const int bits = map.fallback ? map.fallback->weight_bits
                                : most_frequent<int>(map.layers, [](const LayerPrecision& layer) {
                                    return layer.weight_bits;
                                  });
  result.default_type = llama_type(bits);
  for (char& c : result.default_type) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return result;
}

std::string to_gptqmodel(const PrecisionMap& map) {
  require_layers(map);
  const GptqForm base = gptq_base(map);
  google::protobuf::Struct root;
  Fields& fields = *root.mutable_fields();
  put_form(base, fields);
  fields["quant_method"].set_string_value("gptq");
  Fields& dynamic = *fields["dynamic"].mutable_struct_value()->mutable_fields();
  for (const LayerPrecision& layer : map.layers) {
    const GptqForm form = gptq_form(layer);
    if (form == base) continue;
    const std::string rule = '^' + escaped(precision::module_names(layer.layer).front()) + '$';
    if (form.bits == 0) {
      dynamic["-:" + rule].mutable_struct_value();
    } else {
      put_form(form, *dynamic["+:" + rule].mutable_struct_value()->mutable_fields());
    }
  }
  return to_json(root);
}

}  // namespace neucasl::io
