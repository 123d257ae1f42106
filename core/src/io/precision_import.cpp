#include <algorithm>
#include <functional>

#include "json_reader.hpp"
#include "module_pattern.hpp"
#include "neucasl/io/precision_exchange.hpp"
#include "neucasl/precision/module_names.hpp"

namespace neucasl::io {
namespace {

using precision::ActivationForm;
using precision::Granularity;
using precision::LayerPrecision;

const std::string import_code = "io.precision-import";

[[noreturn]] void refuse(const std::string& what, const std::string& remedy,
                         const base::Location& where) {
  throw base::Error(import_code, what, remedy, where);
}

LayerPrecision in_floating_point() {
  LayerPrecision layer;
  layer.weight_bits = precision::most_bits;
  layer.activation_bits = precision::most_bits;
  layer.activation_form = ActivationForm::symmetric;
  return layer;
}

/// The first of two names that the object has, both used for the same by versions of a tool.
const JsonValue* either(const JsonValue& object, const char* name, const char* other) {
  const JsonValue* found = object.find(name);
  return found != nullptr ? found : object.find(other);
}

int bits_of(const JsonValue& value, const char* name) {
  const int bits = value.integer(name, import_code);
  if (bits >= precision::least_bits && bits <= precision::most_bits) return bits;
  throw base::Error("precision.bits", std::string("'") + name + "' is " + std::to_string(bits),
                    "give " + std::to_string(precision::least_bits) + " to " +
                        std::to_string(precision::most_bits),
                    value.where);
}

/// -1: the weights of an output.
void set_group(LayerPrecision& layer, const JsonValue& value) {
  const int size = value.integer("group_size", import_code);
  if (size == 0 || size < -1) {
    refuse("'group_size' is " + std::to_string(size), "give -1 or a size above 0", value.where);
  }
  layer.granularity = size < 0 ? Granularity::channel : Granularity::group;
  layer.group_size = size < 0 ? 0 : static_cast<std::size_t>(size);
}

/// Chooses the form of each layer, and remembers which rules were used.
struct Rules {
  /// Nothing: the layer stays in floating point.
  std::function<std::optional<LayerPrecision>(const std::vector<std::string>& names)> form;
  std::vector<std::string> titles;
  std::vector<bool> used;

  std::size_t add(const std::string& title) {
    titles.push_back(title);
    used.push_back(false);
    return titles.size() - 1;
  }
};

// GPTQ ------------------------------------------------------------------------------------------

void override_form(LayerPrecision& layer, const JsonValue& given) {
  static_cast<void>(given.object("dynamic", import_code));
  if (const JsonValue* bits = given.find("bits")) layer.weight_bits = bits_of(*bits, "bits");
  if (const JsonValue* size = given.find("group_size")) set_group(layer, *size);
  if (const JsonValue* sym = given.find("sym")) {
    layer.weight_affine = !sym->truth("sym", import_code);
  }
}

struct DynamicRule {
  bool leaves_out = false;
  ModulePattern pattern;
  LayerPrecision form;
  std::size_t number = 0;
};

void read_gptq(const JsonValue& config, const std::shared_ptr<Rules>& rules) {
  const JsonValue* bits = config.find("bits");
  if (bits == nullptr) refuse("'bits' is missing", "give the bits of weights", config.where);
  LayerPrecision base = in_floating_point();
  base.granularity = Granularity::channel;
  override_form(base, config);
  const JsonValue* head = config.find("lm_head");
  const bool with_head = head != nullptr && head->truth("lm_head", import_code);
  std::vector<DynamicRule> dynamic;
  if (const JsonValue* given = config.find("dynamic")) {
    for (const auto& [key, value] : given->object("dynamic", import_code)) {
      const bool marked = key.starts_with("-:") || key.starts_with("+:");
      LayerPrecision form = base;
      if (!value.is_null()) override_form(form, value);
      dynamic.push_back({key.starts_with("-:"),
                         ModulePattern(key.substr(marked ? 2 : 0), value.where), form,
                         rules->add(key)});
    }
  }
  rules->form = [base, with_head, dynamic = std::move(dynamic), r = rules.get()](
                    const std::vector<std::string>& names) -> std::optional<LayerPrecision> {
    for (const DynamicRule& rule : dynamic) {
      if (!rule.pattern.matches(names)) continue;
      r->used[rule.number] = true;
      if (rule.leaves_out) return std::nullopt;
      return rule.form;
    }
    const bool is_head = std::find(names.begin(), names.end(), "lm_head") != names.end();
    if (is_head && !with_head) return std::nullopt;
    return base;
  };
}

// AWQ -------------------------------------------------------------------------------------------

void read_awq(const JsonValue& config, const std::shared_ptr<Rules>& rules) {
  const JsonValue* bits = either(config, "bits", "w_bit");
  const JsonValue* size = either(config, "group_size", "q_group_size");
  if (bits == nullptr || size == nullptr) {
    refuse("'bits' or 'group_size' is missing", "give both", config.where);
  }
  LayerPrecision base = in_floating_point();
  base.weight_bits = bits_of(*bits, "bits");
  set_group(base, *size);
  const JsonValue* zero = config.find("zero_point");
  base.weight_affine = zero == nullptr || zero->truth("zero_point", import_code);
  std::vector<std::string> left_out{"lm_head"};
  if (const JsonValue* given = config.find("modules_to_not_convert")) {
    for (const JsonValue& one : given->array("modules_to_not_convert", import_code)) {
      left_out.push_back(one.text("modules_to_not_convert", import_code));
      static_cast<void>(rules->add(left_out.back()));
    }
  }
  rules->form = [base, left_out = std::move(left_out), r = rules.get()](
                    const std::vector<std::string>& names) -> std::optional<LayerPrecision> {
    for (std::size_t k = 0; k < left_out.size(); ++k) {
      const bool found = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return name.find(left_out[k]) != std::string::npos;
      });
      if (!found) continue;
      if (k > 0) r->used[k - 1] = true;
      return std::nullopt;
    }
    return base;
  };
}

// compressed-tensors ----------------------------------------------------------------------------

/// A name, an expression "re:...", or a class of modules; all our layers are of the class Linear.
class Target {
 public:
  Target(const JsonValue& value, const char* list, Rules& rules)
      : text_(value.text(list, import_code)), number_(rules.add(text_)) {
    if (text_.starts_with("re:")) pattern_.emplace(text_.substr(3), value.where);
  }
  /// 0: exact, 1: by expression, 2: by class; 3: not at all.
  [[nodiscard]] int rank(const std::vector<std::string>& names) const {
    if (pattern_) return pattern_->matches(names) ? 1 : 3;
    if (std::find(names.begin(), names.end(), text_) != names.end()) return 0;
    return text_ == "Linear" ? 2 : 3;
  }
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::string text_;
  std::size_t number_;
  std::optional<ModulePattern> pattern_;
};

void require_integers(const JsonValue& scheme) {
  const JsonValue* type = scheme.find("type");
  if (type == nullptr || type->text("type", import_code) == "int") return;
  refuse("'type' is '" + type->text("type", import_code) + "'",
         "give a scheme of integers: a map has no numbers of floating type", type->where);
}

bool is_symmetric(const JsonValue& scheme) {
  const JsonValue* symmetric = scheme.find("symmetric");
  return symmetric == nullptr || symmetric->truth("symmetric", import_code);
}

int scheme_bits(const JsonValue& scheme) {
  const JsonValue* bits = scheme.find("num_bits");
  return bits == nullptr ? 8 : bits_of(*bits, "num_bits");
}

void set_weights(LayerPrecision& layer, const JsonValue& scheme) {
  require_integers(scheme);
  layer.weight_bits = scheme_bits(scheme);
  layer.weight_affine = !is_symmetric(scheme);
  const JsonValue* size = scheme.find("group_size");
  const JsonValue* given = scheme.find("strategy");
  if (given == nullptr) {
    // Without a size: one scale for the tensor.
    if (size != nullptr) set_group(layer, *size);
    return;
  }
  const std::string& strategy = given->text("strategy", import_code);
  const auto granularity = precision::granularity_from(strategy);
  if (!granularity) {
    refuse("weights have the strategy '" + strategy + "'", "give tensor, channel or group",
           given->where);
  }
  layer.granularity = *granularity;
  if (*granularity != Granularity::group) return;
  if (size == nullptr) refuse("'group_size' is missing", "give it with groups", given->where);
  set_group(layer, *size);
}

/// One range for all inputs in a map; those of tokens are taken as such.
void set_activations(LayerPrecision& layer, const JsonValue& scheme) {
  require_integers(scheme);
  layer.activation_bits = scheme_bits(scheme);
  layer.activation_form = is_symmetric(scheme) ? ActivationForm::symmetric : ActivationForm::affine;
  const JsonValue* given = scheme.find("strategy");
  if (given == nullptr) return;
  const std::string& strategy = given->text("strategy", import_code);
  if (strategy == "tensor" || strategy == "token") return;
  refuse("activations have the strategy '" + strategy + "'", "give tensor or token", given->where);
}

struct SchemeGroup {
  std::vector<Target> targets;
  std::optional<LayerPrecision> form;
};

SchemeGroup read_group(const JsonValue& value, Rules& rules) {
  SchemeGroup group;
  const JsonValue* targets = value.find("targets");
  if (targets == nullptr) refuse("'targets' is missing", "say which modules", value.where);
  for (const JsonValue& one : targets->array("targets", import_code)) {
    group.targets.emplace_back(one, "targets", rules);
  }
  LayerPrecision form = in_floating_point();
  const JsonValue* weights = value.find("weights");
  const JsonValue* activations = value.find("input_activations");
  if (weights != nullptr) set_weights(form, *weights);
  if (activations != nullptr) set_activations(form, *activations);
  if (weights != nullptr || activations != nullptr) group.form = form;
  return group;
}

void read_compressed(const JsonValue& config, const std::shared_ptr<Rules>& rules) {
  std::vector<SchemeGroup> groups;
  const JsonValue* given = config.find("config_groups");
  if (given == nullptr) refuse("'config_groups' is missing", "give the groups", config.where);
  for (const auto& [name, value] : given->object("config_groups", import_code)) {
    static_cast<void>(value.object(name, import_code));
    groups.push_back(read_group(value, *rules));
  }
  std::vector<Target> ignored;
  if (const JsonValue* ignore = config.find("ignore")) {
    for (const JsonValue& one : ignore->array("ignore", import_code)) {
      ignored.emplace_back(one, "ignore", *rules);
    }
  }
  rules->form = [groups = std::move(groups), ignored = std::move(ignored), r = rules.get()](
                    const std::vector<std::string>& names) -> std::optional<LayerPrecision> {
    for (const Target& target : ignored) {
      if (target.rank(names) == 3) continue;
      r->used[target.number()] = true;
      return std::nullopt;
    }
    int best = 3;
    std::optional<LayerPrecision> form;
    for (const SchemeGroup& group : groups) {
      for (const Target& target : group.targets) {
        const int rank = target.rank(names);
        if (rank == 3) continue;
        r->used[target.number()] = true;
        if (rank >= best) continue;
        best = rank;
        form = group.form;
      }
    }
    return form;
  };
}

// -----------------------------------------------------------------------------------------------

std::string method_of(const JsonValue& config) {
  if (const JsonValue* method = config.find("quant_method")) {
    return method->text("quant_method", import_code);
  }
  if (config.find("config_groups") != nullptr) return "compressed-tensors";
  return either(config, "w_bit", "zero_point") != nullptr ? "awq" : "gptq";
}

void read_rules(const JsonValue& config, const std::string& method,
                const std::shared_ptr<Rules>& rules) {
  if (method == "gptq") return read_gptq(config, rules);
  if (method == "awq") return read_awq(config, rules);
  if (method == "compressed-tensors") return read_compressed(config, rules);
  refuse("the method is '" + method + "'", "give gptq, awq or compressed-tensors", config.where);
}

}  // namespace

ImportedPrecision import_precision(std::string_view text, const std::string& file,
                                   const precision::NetworkLayers& network) {
  const JsonValue root = read_json(text, file, import_code);
  static_cast<void>(root.object("the file", import_code));
  const JsonValue* within = root.find("quantization_config");
  const JsonValue& config = within == nullptr ? root : *within;
  static_cast<void>(config.object("quantization_config", import_code));
  const std::string method = method_of(config);
  const auto rules = std::make_shared<Rules>();
  read_rules(config, method, rules);

  ImportedPrecision result;
  result.map.network = network.network;
  result.map.method = method;
  result.map.structure = network.structure();
  result.map.where = {file, 0, 0};
  if (const JsonValue* format = either(config, "checkpoint_format", "format")) {
    result.map.variant = format->text("format", import_code);
  }
  bool any = false;
  for (const precision::NetworkLayers::Layer& layer : network.layers) {
    const auto form = rules->form(precision::module_names(layer.name));
    any = any || form.has_value();
    LayerPrecision& made = result.map.layers.emplace_back(form.value_or(in_floating_point()));
    made.layer = layer.name;
  }
  if (!any) {
    refuse("the file quantises no layer of '" + network.network + "'",
           "give the file of this network", {file, 0, 0});
  }
  for (std::size_t k = 0; k < rules->titles.size(); ++k) {
    if (!rules->used[k]) result.unmatched.push_back(rules->titles[k]);
  }
  result.map.check(network);
  return result;
}

}  // namespace neucasl::io
