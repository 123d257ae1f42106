#include "chip_levels.hpp"

#include "../circuits/bank_netlist.hpp"
#include "level_parts.hpp"
#include "neucasl/base/text.hpp"

namespace neucasl::photonic {
namespace {

using architecture::ComponentKind;
using architecture::Level;
using ir::Direction;
using ir::Discipline;
using ir::ModuleBuilder;
using ir::NetRef;

std::uint32_t width(std::size_t count) { return static_cast<std::uint32_t>(count); }

[[noreturn]] void refuse_division(const LevelPart& part, std::size_t there) {
  throw base::Error(
      "photonic.layout",
      base::concatenate({std::to_string(part.count), " of '", part.part.component->name, "' take ",
                         std::to_string(there), " sums, and how is not described"}),
      "give a number of them that divides " + std::to_string(there),
      part.part.component->numbers.find("count")->where);
}

class LevelBuilder {
 public:
  LevelBuilder(const ChipPlan& plan, const Level& level, const LevelModule* inside)
      : plan_(plan),
        level_(level),
        inside_(inside),
        copies_(inside == nullptr ? 0 : level.parts.front().count),
        parts_(plan, level) {}

  LevelModule build() {
    find_widths();
    add_masters();
    ModuleBuilder builder(plan_.design, level_.name, false, level_.where);
    builder_ = &builder;
    result_.id = builder.id();
    builder.attribute("role", std::string(to_string(level_.kind)));
    add_ports();
    add_electronics();
    add_light();
    add_operands();
    if (inside_ == nullptr) add_core();
    if (inside_ != nullptr) add_inside();
    add_sums();
    return result_;
  }

 private:
  [[nodiscard]] bool is_core() const { return inside_ == nullptr; }
  [[nodiscard]] bool banks() const { return plan_.core.kind == CoreKind::banks; }

  /// Modulators that take the light of lasers as it is.
  [[nodiscard]] std::size_t lit_modulators() const {
    if (banks()) return is_core() ? plan_.core.input_guides() : 0;
    const std::size_t inputs = parts_.count(ComponentKind::modulator);
    const bool weights_lit = plan_.core.kind == CoreKind::crossings;
    return inputs + (weights_lit ? parts_.count(ComponentKind::modulator, true) : 0);
  }

  /// Ends of the crossings or banks of a core that take an operand, or of the cores inside.
  [[nodiscard]] std::size_t operand_ends(bool weights) const {
    if (!is_core()) return copies_ * (weights ? inside_->weights : inside_->inputs);
    const DescribedCore& core = plan_.core;
    if (core.kind == CoreKind::crossings) return core.rows * core.columns;
    return core.kind == CoreKind::network && !weights ? parts_.count(ComponentKind::modulator, true)
                                                      : 0;
  }

  /// Guides by which a core takes an operand from outside.
  [[nodiscard]] std::size_t operand_guides(bool weights) const {
    if (banks() || (weights && plan_.core.kind == CoreKind::network)) return 0;
    return weights ? plan_.core.columns : plan_.core.input_guides();
  }

  [[nodiscard]] bool adds_currents() const {
    const architecture::Split split =
        &level_ == &plan_.chip.chip ? plan_.chip.tiles_split : plan_.chip.cores_split;
    return split == architecture::Split::depth;
  }

  [[nodiscard]] std::size_t passed_up(bool weights) const {
    const std::size_t ends = operand_ends(weights);
    if (ends == 0 || parts_.find(ComponentKind::modulator, weights) != nullptr) return 0;
    return is_core() ? operand_guides(weights) : ends;
  }

  /// Into `result_`, before there are nets.
  void find_widths() {
    lasers_ = parts_.count(ComponentKind::laser);
    surplus_inside_ = is_core() ? 0 : copies_ * inside_->surplus;
    lit_ = lit_modulators() + (is_core() ? 0 : copies_ * inside_->light);
    const bool fed = lasers_ + surplus_inside_ > 0;
    if (lit_ > 0 && !fed) result_.light = lit_;
    if (sends_light_up()) result_.surplus = 1;
    if (passes_light()) result_.surplus = surplus_inside_;
    result_.inputs = passed_up(false);
    result_.weights = passed_up(true);
    find_sum_widths();
  }

  /// Whether modulators of a level above take light, and lasers are here.
  [[nodiscard]] bool sends_light_up() const {
    if (lasers_ == 0 || banks()) return false;
    for (const bool weights : {false, true}) {
      if (weights && plan_.core.kind == CoreKind::network) continue;
      const PlacedPart modulator = find_placed(plan_.chip, ComponentKind::modulator, weights);
      if (is_above(*modulator.level)) return true;
    }
    return false;
  }

  /// Whether light of parts inside goes on as it comes.
  [[nodiscard]] bool passes_light() const { return lasers_ == 0 && lit_ == 0; }

  [[nodiscard]] bool is_above(const Level& other) const {
    if (&other == &level_) return false;
    if (&other == &plan_.chip.chip) return true;
    return &other == &plan_.chip.tile() && is_core();
  }

  void find_sum_widths() {
    const DescribedCore& core = plan_.core;
    const std::size_t detectors = parts_.count(ComponentKind::photodetector);
    sums_inside_ = is_core() ? 0 : copies_ * inside_->sums;
    if (is_core() && core.kind == CoreKind::network) sums_inside_ = core.rows * core.columns;
    if (sums_inside_ > 0 && detectors == 0) result_.sums = sums_inside_;
    currents_ = detectors;
    if (is_core() && core.kind == CoreKind::crossings) currents_ = core.rows * core.columns;
    if (!is_core()) currents_ += (adds_currents() ? 1 : copies_) * inside_->currents;
    const LevelPart* amplifier = parts_.find(ComponentKind::amplifier);
    if (amplifier == nullptr) {
      result_.currents = currents_;
    } else if (amplifier->count != currents_) {
      refuse_division(*amplifier, currents_);
    }
    analog_ =
        (amplifier == nullptr ? 0 : amplifier->count) + (is_core() ? 0 : copies_ * inside_->analog);
    const LevelPart* adc = parts_.find(ComponentKind::adc);
    if (adc == nullptr) {
      result_.analog = analog_;
    } else if (analog_ % adc->count != 0) {
      refuse_division(*adc, analog_);
    }
  }

  // Modules that stand beside this one, made before its builder.
  void add_masters() {
    const DescribedCore& core = plan_.core;
    if (lasers_ + surplus_inside_ > 0 && !passes_light()) {
      light_network_ = add_optical_network(plan_.design, level_.name + "_network_of_light",
                                           lasers_ + surplus_inside_, lit_, result_.surplus);
    }
    for (const bool weights : {false, true}) {
      const std::size_t ends = operand_ends(weights);
      if (ends == 0) continue;
      const std::size_t modulators = parts_.count(ComponentKind::modulator, weights);
      const std::size_t from = modulators > 0 ? modulators : passed_up(weights);
      if (from == ends && modulators == 0) continue;  // Passed on as they come.
      operand_network_[weights ? 1 : 0] = network(weights ? "weights" : "inputs", from, ends);
    }
    if (parts_.find(ComponentKind::photodetector) != nullptr && sums_inside_ > 0) {
      sum_network_ = network("sums", sums_inside_, parts_.count(ComponentKind::photodetector));
    }
    if (is_core()) add_core_masters(core);
    const LevelPart* adc = parts_.find(ComponentKind::adc);
    if (adc != nullptr && analog_ / adc->count > 1) {
      // Currents of the guides of one position are added; other sums take turns.
      const std::string name = adc->part.name() + (core.guides > 1 ? "_summation" : "_multiplexer");
      sum_inputs_ = add_sum_inputs(plan_.design, name, analog_ / adc->count, "adc");
    }
  }

  void add_core_masters(const DescribedCore& core) {
    if (core.kind == CoreKind::crossings) {
      crossing_ = add_crossing(plan_.design, level_.name + "_dot_product",
                               parts_.find(ComponentKind::photodetector)->master);
    } else if (core.kind == CoreKind::banks) {
      encoder_ = add_encoder(plan_.design, level_.name + "_encoder",
                             parts_.find(ComponentKind::modulator)->master, core.channels);
      const std::size_t banks = core.input_guides() * core.columns;
      combiner_ = network("drops", banks * core.channels, banks);
      if (core.columns > 1) {
        divider_ = network("divider", core.input_guides(), core.input_guides() * core.columns);
      }
    } else {
      product_network_ = network("products", parts_.count(ComponentKind::modulator, true),
                                 core.rows * core.columns);
    }
  }

  ir::ModuleId network(const std::string& name, std::size_t from, std::size_t to) {
    return add_optical_network(plan_.design, level_.name + "_network_of_" + name, from, to);
  }

  void add_ports() {
    in_ = builder_->port("in", Discipline::digital, Direction::input);
    out_ = builder_->port("out", Discipline::digital, Direction::output);
    high_ = builder_->port("high", Discipline::electrical, Direction::inout);
    low_ = builder_->port("low", Discipline::electrical, Direction::inout);
    currents_net_ =
        bundle("currents", Discipline::electrical, Direction::inout, currents_, result_.currents);
    analog_net_ =
        bundle("analog", Discipline::electrical, Direction::output, analog_, result_.analog);
    light_net_ = bundle("light", Discipline::optical, Direction::inout, lit_, result_.light);
  }

  /// A net of a bundle, which is a port where the bundle goes on.
  NetRef bundle(const std::string& name, Discipline discipline, Direction direction,
                std::size_t count, std::size_t port) {
    if (count == 0) return {};
    return port > 0 ? builder_->port(name, discipline, direction, width(count))
                    : builder_->net(name, discipline, width(count));
  }

  /// All parts that no bundle of light passes.
  void add_electronics() {
    for (const LevelPart& part : parts_.all()) {
      const std::uint32_t count = width(part.count);
      switch (part.part.component->kind) {
        case ComponentKind::laser:
        case ComponentKind::modulator:
        case ComponentKind::weight_bank:
        case ComponentKind::photodetector:
          continue;
        case ComponentKind::passive:
        case ComponentKind::control:
          builder_->array(part.array, part.master, count, 1, {{"enable", in_, 0, 0}});
          continue;
        case ComponentKind::dac:
          add_converters(part);
          continue;
        case ComponentKind::amplifier:
          builder_->array(part.array, part.master, count, 1,
                          {{"in", currents_net_, 1, 0}, {"out", analog_net_, 1, 0}});
          continue;
        case ComponentKind::adc:
          add_readers(part);
          continue;
        default:
          builder_->array(part.array, part.master, count, 1,
                          {{"in", in_, 0, 0}, {"out", out_, 0, 0}});
      }
    }
  }

  void add_converters(const LevelPart& part) {
    const bool weights = architecture::encodes_weights(*part.part.component);
    NetRef& driven = weights ? settings_ : drives_;
    driven =
        builder_->net(weights ? "settings" : "drives", Discipline::electrical, width(part.count));
    builder_->array(part.array, part.master, width(part.count), 1,
                    {{"in", in_, 0, 0}, {"out", driven, 1, 0}});
  }

  void add_readers(const LevelPart& part) {
    NetRef read = analog_net_;
    if (sum_inputs_.valid()) {
      read = builder_->net("selected", Discipline::electrical, width(part.count));
      const std::size_t each = analog_ / part.count;
      std::vector<ModuleBuilder::Pin> pins;
      for (std::size_t k = 0; k < each; ++k) {
        pins.push_back(
            {numbered("in", k), bit_of(analog_net_, k), static_cast<std::int64_t>(each), 0});
      }
      pins.push_back({"out", read, 1, 0});
      builder_->array("sum_inputs", sum_inputs_, width(part.count), 1, pins);
    }
    builder_->array(part.array, part.master, width(part.count), 1,
                    {{"in", read, 1, 0}, {"out", out_, 0, 0}});
  }

  /// Lasers, and the light of those inside, to all that takes it.
  void add_light() {
    const std::size_t sources = lasers_ + surplus_inside_;
    if (sources == 0) return;
    const auto surplus_port = [&] {
      return builder_->port("surplus", Discipline::optical, Direction::inout,
                            width(result_.surplus));
    };
    source_net_ = passes_light()
                      ? surplus_port()
                      : builder_->net("lasers_light", Discipline::optical, width(sources));
    if (const LevelPart* laser = parts_.find(ComponentKind::laser)) {
      builder_->array(laser->array, laser->master, width(laser->count), 1,
                      {{"out", source_net_, 1, 0}});
    }
    if (passes_light()) return;
    ModuleBuilder::Connections joined{{"from", source_net_}};
    if (lit_ > 0) joined.emplace_back("to", light_net_);
    if (result_.surplus > 0) joined.emplace_back("surplus", surplus_port());
    builder_->instance("network_of_light", light_network_, joined);
  }

  /// Modulators that stand by themselves, and the networks behind them.
  void add_operands() {
    for (const bool weights : {false, true}) {
      const std::size_t ends = operand_ends(weights);
      if (ends == 0) continue;
      NetRef& ends_net = operand_ends_[weights ? 1 : 0];
      const std::string name = weights ? "weights" : "inputs";
      const ir::ModuleId spread = operand_network_[weights ? 1 : 0];
      const std::size_t from = passed_up(weights);
      if (from > 0) {
        const NetRef port =
            builder_->port(name, Discipline::optical, Direction::inout, width(from));
        if (!spread.valid()) {
          ends_net = port;
          continue;
        }
        ends_net = builder_->net(name + "_spread", Discipline::optical, width(ends));
        builder_->instance("network_of_" + name, spread, {{"from", port}, {"to", ends_net}});
        continue;
      }
      const NetRef coded = add_modulators(weights);
      ends_net = builder_->net(name + "_spread", Discipline::optical, width(ends));
      builder_->instance("network_of_" + name, spread, {{"from", coded}, {"to", ends_net}});
    }
  }

  /// Modulators of one operand that take light; what leaves them.
  NetRef add_modulators(bool weights) {
    const LevelPart& part = *parts_.find(ComponentKind::modulator, weights);
    const NetRef coded = builder_->net(weights ? "coded_weights" : "coded_inputs",
                                       Discipline::optical, width(part.count));
    builder_->array(part.array, part.master, width(part.count), 1,
                    {{"input", bit_of(light_net_, lit_used_), 1, 0},
                     {"output", coded, 1, 0},
                     {"drive", weights ? settings_ : drives_, 1, 0}});
    lit_used_ += part.count;
    return coded;
  }

  void add_core() {
    switch (plan_.core.kind) {
      case CoreKind::banks:
        return add_banks();
      case CoreKind::crossings:
        return add_crossings();
      case CoreKind::network:
        return add_products();
    }
  }

  void add_banks() {
    const DescribedCore& core = plan_.core;
    const std::size_t guides = core.input_guides();
    const std::size_t banks = guides * core.columns;
    const NetRef coded = builder_->net("coded", Discipline::optical, width(guides));
    const NetRef weighed =
        core.columns > 1 ? builder_->net("divided", Discipline::optical, width(banks)) : coded;
    for (std::size_t g = 0; g < guides; ++g) {
      builder_->instance(numbered("encoder_of_guide", g), encoder_,
                         {{"input", bit_of(light_net_, g)},
                          {"output", bit_of(coded, g)},
                          {"drive", bit_of(drives_, g * core.channels)}});
    }
    if (core.columns > 1) {
      builder_->instance("network_of_division", divider_, {{"from", coded}, {"to", weighed}});
    }
    const NetRef dropped =
        builder_->net("dropped", Discipline::optical, width(banks * core.channels));
    const NetRef combined = builder_->net("combined", Discipline::optical, width(banks));
    const LevelPart& bank = *parts_.find(ComponentKind::weight_bank);
    for (std::size_t b = 0; b < banks; ++b) {
      builder_->instance(numbered("bank_of_guide", b), bank.master,
                         {{"input", bit_of(weighed, b)},
                          {"drop", bit_of(dropped, b * core.channels)},
                          {"setting", bit_of(settings_, b * core.channels)}});
    }
    builder_->instance("network_of_drops", combiner_, {{"from", dropped}, {"to", combined}});
    add_detectors(combined);
  }

  void add_detectors(NetRef light) {
    const LevelPart& detector = *parts_.find(ComponentKind::photodetector);
    builder_->array(
        detector.array, detector.master, width(detector.count), 1,
        {{"input", light, 1, 0}, {"anode", currents_net_, 1, 0}, {"cathode", high_, 0, 0}});
  }

  void add_crossings() {
    const DescribedCore& core = plan_.core;
    const auto stride = static_cast<std::int64_t>(core.columns);
    builder_->array("crossings", crossing_, width(core.rows), width(core.columns),
                    {{"x", operand_ends_[0], stride, 1},
                     {"y", operand_ends_[1], stride, 1},
                     {"current", currents_net_, stride, 1},
                     {"high", high_, 0, 0},
                     {"low", low_, 0, 0}});
  }

  /// Light of the inputs passes the weights' modulators.
  void add_products() {
    const LevelPart& weights = *parts_.find(ComponentKind::modulator, true);
    const NetRef products = builder_->net("products", Discipline::optical, width(weights.count));
    builder_->array(weights.array, weights.master, width(weights.count), 1,
                    {{"input", operand_ends_[0], 1, 0},
                     {"output", products, 1, 0},
                     {"drive", settings_, 1, 0}});
    sums_net_ = bundle("sums", Discipline::optical, Direction::inout, sums_inside_, result_.sums);
    builder_->instance("network_of_products", product_network_,
                       {{"from", products}, {"to", sums_net_}});
  }

  /// The copies of the level below.
  void add_inside() {
    sums_net_ = bundle("sums", Discipline::optical, Direction::inout, sums_inside_, result_.sums);
    const std::size_t lit_first = lit_ - copies_ * inside_->light;
    const std::size_t currents_first =
        currents_ - (adds_currents() ? 1 : copies_) * inside_->currents;
    const std::size_t analog_first = analog_ - copies_ * inside_->analog;
    for (std::size_t c = 0; c < copies_; ++c) {
      ModuleBuilder::Connections joined{{"in", in_}, {"out", out_}, {"high", high_}, {"low", low_}};
      const auto join = [&](const char* port, NetRef net, std::size_t first, std::size_t each) {
        if (each > 0) joined.emplace_back(port, bit_of(net, first + c * each));
      };
      join("light", light_net_, lit_first, inside_->light);
      join("inputs", operand_ends_[0], 0, inside_->inputs);
      join("weights", operand_ends_[1], 0, inside_->weights);
      join("surplus", source_net_, lasers_, inside_->surplus);
      join("sums", sums_net_, 0, inside_->sums);
      join("analog", analog_net_, analog_first, inside_->analog);
      if (inside_->currents > 0) {
        const std::size_t place = adds_currents() ? 0 : c * inside_->currents;
        joined.emplace_back("currents", bit_of(currents_net_, currents_first + place));
      }
      builder_->instance(numbered(level_.parts.front().name, c), inside_->id, joined);
    }
  }

  /// Detectors of light that the parts inside send.
  void add_sums() {
    if (!sum_network_.valid()) return;
    const NetRef detected = builder_->net("detected", Discipline::optical,
                                          width(parts_.count(ComponentKind::photodetector)));
    builder_->instance("network_of_sums", sum_network_, {{"from", sums_net_}, {"to", detected}});
    add_detectors(detected);
  }

  const ChipPlan& plan_;
  const Level& level_;
  const LevelModule* inside_;
  std::size_t copies_;
  LevelParts parts_;
  LevelModule result_;
  ModuleBuilder* builder_ = nullptr;

  std::size_t lasers_ = 0, surplus_inside_ = 0, lit_ = 0, lit_used_ = 0;
  std::size_t sums_inside_ = 0, currents_ = 0, analog_ = 0;
  ir::ModuleId light_network_, operand_network_[2], sum_network_, product_network_;
  ir::ModuleId crossing_, encoder_, divider_, combiner_, sum_inputs_;
  NetRef in_, out_, high_, low_, light_net_, source_net_, currents_net_, analog_net_, sums_net_;
  NetRef drives_, settings_, operand_ends_[2];
};

}  // namespace

LevelModule add_level(const ChipPlan& plan, const Level& level, const LevelModule* inside) {
  return LevelBuilder(plan, level, inside).build();
}

}  // namespace neucasl::photonic
