#include "neucasl/precision/module_names.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace neucasl::precision {
namespace {

enum Convention { published, opt, llama, bert, conventions };

/// A projection of a block in each convention; empty where the architecture has none.
struct Projection {
  std::array<std::string_view, conventions> name;
  std::string_view gguf;
};

constexpr std::array<Projection, 7> projections{{
    {{"attention_query", "self_attn.q_proj", "self_attn.q_proj", "attention.self.query"}, "attn_q"},
    {{"attention_key", "self_attn.k_proj", "self_attn.k_proj", "attention.self.key"}, "attn_k"},
    {{"attention_value", "self_attn.v_proj", "self_attn.v_proj", "attention.self.value"}, "attn_v"},
    {{"attention_output", "self_attn.out_proj", "self_attn.o_proj", "attention.output.dense"},
     "attn_output"},
    {{"mlp_fc1", "fc1", "mlp.up_proj", "intermediate.dense"}, "ffn_up"},
    {{"mlp_fc2", "fc2", "mlp.down_proj", "output.dense"}, "ffn_down"},
    {{"", "", "mlp.gate_proj", ""}, "ffn_gate"},
}};

/// What stands before the number of a block, with a prefix that may be left out, and behind it.
struct BlockName {
  std::string_view optional_prefix;
  std::string_view begin;
  std::string_view end;
  std::size_t first = 0;  ///< Number of the first block.
};

constexpr std::array<BlockName, conventions> block_names{{{"", "layer", "_", 1},
                                                          {"model.", "decoder.layers.", ".", 0},
                                                          {"model.", "layers.", ".", 0},
                                                          {"bert.", "encoder.layer.", ".", 0}}};

struct Place {
  Convention convention = published;
  std::size_t block = 0;  ///< From 0.
  std::size_t projection = 0;
};

bool take(std::string_view& text, std::string_view begin) {
  if (!text.starts_with(begin)) return false;
  text.remove_prefix(begin.size());
  return true;
}

std::optional<Place> place_in(Convention convention, std::string_view name) {
  const BlockName& block = block_names[convention];
  static_cast<void>(take(name, block.optional_prefix));
  std::size_t number = 0;
  if (!take(name, block.begin)) return std::nullopt;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || number < block.first) return std::nullopt;
  name.remove_prefix(static_cast<std::size_t>(end - name.data()));
  if (!take(name, block.end) || name.empty()) return std::nullopt;
  for (std::size_t k = 0; k < projections.size(); ++k) {
    if (projections[k].name[convention] == name) {
      return Place{convention, number - block.first, k};
    }
  }
  return std::nullopt;
}

std::optional<Place> place_of(std::string_view name) {
  for (const Convention convention : {published, opt, llama, bert}) {
    if (const auto place = place_in(convention, name)) return place;
  }
  return std::nullopt;
}

std::string name_in(Convention convention, const Place& place) {
  const std::string_view projection = projections[place.projection].name[convention];
  if (projection.empty()) return "";
  const BlockName& block = block_names[convention];
  return std::string(block.optional_prefix) + std::string(block.begin) +
         std::to_string(place.block + block.first) + std::string(block.end) +
         std::string(projection);
}

/// Every place has one, whatever the convention.
std::string common_name(const std::string& layer) {
  const auto place = place_of(layer);
  if (!place) return layer;
  return "blk." + std::to_string(place->block) + '.' +
         std::string(projections[place->projection].gguf);
}

}  // namespace

std::vector<std::string> module_names(const std::string& layer) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  };
  const auto place = place_of(layer);
  if (place && place->convention != published) add(name_in(place->convention, *place));
  if (place && place->convention == published) {
    // Published transformers are OPT and BERT.
    add(name_in(opt, *place));
    add(name_in(bert, *place));
  }
  add(layer);
  return names;
}

std::optional<std::string> gguf_tensor(const std::string& layer) {
  if (layer == "lm_head" || layer == "model.lm_head") return "output.weight";
  if (!place_of(layer)) return std::nullopt;
  return common_name(layer) + ".weight";
}

PrecisionMap with_names_of(PrecisionMap map, const NetworkLayers& network) {
  std::map<std::string, std::string> own;
  for (const NetworkLayers::Layer& layer : network.layers) {
    own.emplace(layer.name, layer.name);
    own.emplace(common_name(layer.name), layer.name);
  }
  for (LayerPrecision& layer : map.layers) {
    if (own.contains(layer.layer)) {
      layer.layer = own.at(layer.layer);
    } else if (const auto found = own.find(common_name(layer.layer)); found != own.end()) {
      layer.layer = found->second;
    }
  }
  return map;
}

}  // namespace neucasl::precision
