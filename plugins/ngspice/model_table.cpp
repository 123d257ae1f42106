#include "model_table.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <filesystem>

#include "model_names.hpp"
#include "neucasl/base/hash.hpp"
#include "neucasl/circuit/spice_export.hpp"
#include "neucasl/model/equations.hpp"
#include "neucasl/plugin/abi.hpp"
#include "worker.pb.h"
#include "worker_protocol.hpp"

namespace neucasl::ngspice_plugin {
namespace {

namespace message = ngspice::worker;

/// A held memory is this conductance to a source of its value.
constexpr double hold_conductance = 1e-3;

/// Of the worker's own models only the number of unknowns matters.
model::Specification bare(const char* name, std::size_t terminals, std::size_t internals = 0) {
  model::Specification result;
  result.name = name;
  result.terminals.resize(terminals);
  result.internals.resize(internals);
  return result;
}

struct SweptVoltage {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 1;
  struct Derived {
    double voltage;
  };
  static model::Specification specification() { return bare(swept_voltage, 2, 1); }
  static Derived derive(std::span<const double> parameters, const model::Environment&) {
    return {parameters[0]};
  }
  static std::array<double, internals> initial(const Derived&) { return {0.0}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 3>& x, model::Terms<S, 2, 1>& y) {
    y.current[0] += x[2];
    y.current[1] -= x[2];
    y.residual[0] = x[0] - x[1] - d.voltage;
  }
};

struct SweptCurrent {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double current;
  };
  static model::Specification specification() { return bare(swept_current, 2); }
  static Derived derive(std::span<const double> parameters, const model::Environment&) {
    return {parameters[0]};
  }
  static std::array<double, internals> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>&, model::Terms<S, 2, 0>& y) {
    y.current[0] += S(d.current);
    y.current[1] -= S(d.current);
  }
};

struct SweptConductance {
  static constexpr int terminal_unknowns = 2;
  static constexpr int internals = 0;
  struct Derived {
    double conductance;
  };
  static model::Specification specification() { return bare(swept_conductance, 2); }
  static Derived derive(std::span<const double> parameters, const model::Environment&) {
    return {parameters[0]};
  }
  static std::array<double, internals> initial(const Derived&) { return {}; }
  template <class S>
  static void evaluate(const Derived& d, const std::array<S, 2>& x, model::Terms<S, 2, 0>& y) {
    const S current = d.conductance * (x[0] - x[1]);
    y.current[0] += current;
    y.current[1] -= current;
  }
};

template <class Equations>
class OwnModel : public model::EquationModel<Equations> {
 public:
  [[nodiscard]] model::Characterization characterize(
      std::span<const double>, const model::Environment&,
      std::span<const model::PublishedFigure>) const override {
    return {};
  }
};

/// Draws nothing; the code model reads its node.
class SweepPointModel : public model::DeviceModel {
 public:
  SweepPointModel() : specification_(bare(sweep_point, 1)) {}
  [[nodiscard]] const model::Specification& specification() const override {
    return specification_;
  }
  [[nodiscard]] std::size_t derived_size() const override { return 0; }
  void derive(std::span<const double>, const model::Environment&,
              std::span<double>) const override {}
  void evaluate(std::span<const double>, std::span<const double>,
                const model::Evaluation&) const override {}
  [[nodiscard]] model::SymbolicForm symbolic(std::span<const double>) const override { return {}; }
  void initial_internals(std::span<const double>, std::span<double>) const override {}
  [[nodiscard]] model::Characterization characterize(
      std::span<const double>, const model::Environment&,
      std::span<const model::PublishedFigure>) const override {
    return {};
  }

 private:
  model::Specification specification_;
};

const model::DeviceModel& own_model(const std::string& name) {
  static const OwnModel<SweptVoltage> voltage;
  static const OwnModel<SweptCurrent> current;
  static const OwnModel<SweptConductance> conductance;
  static const SweepPointModel point;
  for (const model::DeviceModel* one :
       std::array<const model::DeviceModel*, 4>{&voltage, &current, &conductance, &point}) {
    if (one->specification().name == name) return *one;
  }
  throw BadLibrary("the worker has no model '" + name + "'");
}

/// As the host does it; see plugin/abi.hpp.
const plugin::Descriptor& shake_hands(void* library, const std::string& path) {
  const auto function =
      reinterpret_cast<plugin::DescriptorFunction>(::dlsym(library, "neucasl_plugin_descriptor"));
  if (function == nullptr) throw BadLibrary("'" + path + "' is no plugin");
  const plugin::Descriptor* descriptor = function();
  if (descriptor == nullptr ||
      descriptor->struct_size < offsetof(plugin::Descriptor, fingerprint) ||
      descriptor->abi_major != plugin::abi_major || descriptor->abi_minor > plugin::abi_minor ||
      descriptor->struct_size < sizeof(plugin::Descriptor)) {
    throw BadLibrary("'" + path + "' has another plugin ABI than the worker");
  }
  if (std::strcmp(descriptor->fingerprint, plugin::toolchain_fingerprint) != 0) {
    throw BadLibrary("'" + path + "' was built with another toolchain than the worker");
  }
  return *descriptor;
}

const plugin::Descriptor& load_library(const std::string& path, const std::string& sha256) {
  std::string found;
  try {
    found = base::sha256_file(path);
  } catch (const std::exception& error) {
    throw BadLibrary(error.what());
  }
  if (found != sha256) throw BadLibrary("'" + path + "' has changed since the host loaded it");
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* reason = ::dlerror();
    throw BadLibrary("'" + path + "' cannot be loaded: " + (reason != nullptr ? reason : ""));
  }
  return shake_hands(library, path);
}

}  // namespace

struct ModelLoader::Known {
  std::string library;
  std::string sha256;
  const plugin::Descriptor* descriptor = nullptr;
  std::vector<std::unique_ptr<const model::DeviceModel>> models;
};

ModelLoader::ModelLoader() = default;
ModelLoader::~ModelLoader() = default;

const model::DeviceModel& ModelLoader::find(const message::Model& wanted) {
  if (wanted.library().empty()) return own_model(wanted.name());
  auto place = std::find_if(known_.begin(), known_.end(), [&](const auto& one) {
    return one->library == wanted.library() && one->sha256 == wanted.sha256();
  });
  if (place == known_.end()) {
    const plugin::Descriptor& descriptor = load_library(wanted.library(), wanted.sha256());
    known_.push_back(
        std::make_unique<Known>(Known{wanted.library(), wanted.sha256(), &descriptor, {}}));
    place = known_.end() - 1;
  }
  Known& known = **place;
  for (const auto& one : known.models) {
    if (one->specification().name == wanted.name()) return *one;
  }
  const auto make = known.descriptor->make_device_model;
  std::unique_ptr<const model::DeviceModel> made(make ? make(wanted.name().c_str()) : nullptr);
  if (!made) {
    throw BadLibrary("'" + known.library + "' has no device model '" + wanted.name() + "'");
  }
  known.models.push_back(std::move(made));
  return *known.models.back();
}

void ModelTable::load(const message::Request& request) {
  failed_.reset();
  failure_.clear();
  evaluations_ = 0;
  load_kinds(request.devices());
  load_items(request.devices());
  load_sweep(request);
}

void ModelTable::load_kinds(const message::Devices& devices) {
  kinds_.clear();
  std::size_t most = 0;
  for (const message::Model& wanted : devices.model()) {
    Kind kind;
    kind.model = &loader_.find(wanted);
    const model::Specification& specification = kind.model->specification();
    kind.unknowns = static_cast<std::uint32_t>(specification.unknowns());
    kind.terminals = static_cast<std::uint32_t>(specification.terminal_unknowns());
    kind.derived = static_cast<std::uint32_t>(kind.model->derived_size());
    for (const model::Internal& one : specification.internals) kind.internals.push_back(one.kind);
    if (kind.unknowns != wanted.unknowns() || kind.derived != wanted.derived()) {
      throw BadLibrary("device model '" + wanted.name() + "' has changed");
    }
    most = std::max<std::size_t>(most, kind.unknowns);
    kinds_.push_back(std::move(kind));
  }
  work_.assign(most, 0.0);
}

void ModelTable::load_items(const message::Devices& devices) {
  const auto kinds = unpack<std::uint32_t>(devices.model_of());
  const auto initial = unpack<double>(devices.initial());
  const auto scale = unpack<double>(devices.scale());
  derived_ = unpack<double>(devices.derived());
  items_.clear();
  guess_.clear();
  scale_.clear();
  row_.clear();
  std::size_t derived = 0;
  std::size_t internal = 0;
  for (const std::uint32_t kind_index : kinds) {
    if (kind_index >= kinds_.size()) throw BadMessage("a device of no model");
    const Kind& kind = kinds_[kind_index];
    const Item item{kind_index, guess_.size(), derived};
    derived += kind.derived;
    if (derived > derived_.size() || internal + kind.internals.size() > initial.size() ||
        initial.size() != scale.size()) {
      throw BadMessage("too few numbers for the devices");
    }
    guess_.insert(guess_.end(), kind.unknowns, 0.0);
    scale_.insert(scale_.end(), kind.terminals, 1.0);
    row_.insert(row_.end(), kind.terminals, 1.0);
    for (std::size_t k = 0; k < kind.internals.size(); ++k) {
      const double size = scale[internal + k];
      if (!(size > 0.0)) throw BadMessage("an internal unknown without scale");
      scale_.push_back(size);
      row_.push_back(
          kind.internals[k] == model::InternalKind::algebraic ? 1.0 : circuit::state_charge / size);
    }
    items_.push_back(item);
    set_internals(item, initial.data() + internal);
    internal += kind.internals.size();
  }
}

void ModelTable::load_sweep(const message::Request& request) {
  swept_.clear();
  points_ = request.analysis() == message::ANALYSIS_SWEEP ? request.points() : 0;
  for (const message::SweptDevice& one : request.swept()) {
    if (one.device() >= items_.size()) throw BadMessage("a sweep of no device");
    const Kind& kind = kinds_[items_[one.device()].kind];
    Swept swept{one.device(), unpack<double>(one.derived()), unpack<double>(one.initial())};
    if (swept.derived.size() != points_ * kind.derived ||
        swept.initial.size() != points_ * kind.internals.size()) {
      throw BadMessage("a sweep with too few numbers");
    }
    swept_.push_back(std::move(swept));
  }
  point_ = points_;  // none
  select(0.0);
}

void ModelTable::set_internals(const Item& item, const double* initial) {
  const Kind& kind = kinds_[item.kind];
  for (std::size_t k = 0; k < kind.internals.size(); ++k) {
    const std::size_t at = item.first + kind.terminals + k;
    guess_[at] = initial[k] / scale_[at];
  }
}

void ModelTable::select(double point) noexcept {
  if (points_ == 0) return;
  const double nearest = std::clamp(std::round(point), 0.0, static_cast<double>(points_ - 1));
  const auto wanted = static_cast<std::size_t>(nearest);
  if (wanted == point_) return;
  point_ = wanted;
  for (const Swept& swept : swept_) {
    const Item& item = items_[swept.instance];
    const Kind& kind = kinds_[item.kind];
    std::copy_n(swept.derived.data() + wanted * kind.derived, kind.derived,
                derived_.data() + item.derived);
    set_internals(item, swept.initial.data() + wanted * kind.internals.size());
  }
}

std::uint32_t ModelTable::instances() const noexcept {
  return static_cast<std::uint32_t>(items_.size());
}

std::uint32_t ModelTable::unknowns(std::uint32_t instance) const noexcept {
  return kinds_[items_[instance].kind].unknowns;
}

std::uint32_t ModelTable::terminals(std::uint32_t instance) const noexcept {
  return kinds_[items_[instance].kind].terminals;
}

bool ModelTable::is_sweep_point(std::uint32_t instance) const noexcept {
  return dynamic_cast<const SweepPointModel*>(kinds_[items_[instance].kind].model) != nullptr;
}

const double* ModelTable::first_guess(std::uint32_t instance) const noexcept {
  return guess_.data() + items_[instance].first;
}

bool ModelTable::fail(std::uint32_t instance, const char* why) noexcept {
  if (failed_) return false;
  failed_ = instance;
  try {
    failure_ = why;
  } catch (...) {
  }
  return false;
}

/// At rest the equation of a memory is: its value is the initial one. Its charge is kept, since a
/// transient begins with it, but has no part in a small-signal analysis.
void ModelTable::hold_memories(const Item& item, const double* values,
                               const BridgeEvaluation& result) const {
  const Kind& kind = kinds_[item.kind];
  for (std::size_t k = 0; k < kind.internals.size(); ++k) {
    if (kind.internals[k] != model::InternalKind::memory) continue;
    const std::size_t row = kind.terminals + k;
    result.f[row] = hold_conductance * (values[row] - guess_[item.first + row]);
    std::fill_n(result.f_x + row * kind.unknowns, kind.unknowns, 0.0);
    std::fill_n(result.q_x + row * kind.unknowns, kind.unknowns, 0.0);
    result.f_x[row * kind.unknowns + row] = hold_conductance;
  }
}

void ModelTable::to_node_units(const Item& item, const BridgeEvaluation& result) const {
  const Kind& kind = kinds_[item.kind];
  const double* scale = &scale_[item.first];
  for (std::size_t i = 0; i < kind.unknowns; ++i) {
    const double row = row_[item.first + i];
    result.f[i] *= row;
    result.q[i] *= row;
    for (std::size_t j = 0; j < kind.unknowns; ++j) {
      result.f_x[i * kind.unknowns + j] *= row * scale[j];
      result.q_x[i * kind.unknowns + j] *= row * scale[j];
    }
  }
}

bool ModelTable::evaluate(std::uint32_t instance, BridgeMode mode, const double* values,
                          const BridgeEvaluation& result) noexcept {
  const Item& item = items_[instance];
  const Kind& kind = kinds_[item.kind];
  const std::size_t n = kind.unknowns;
  ++evaluations_;
  for (std::size_t k = 0; k < n; ++k) work_[k] = values[k] * scale_[item.first + k];
  std::fill_n(result.f, n, 0.0);
  std::fill_n(result.q, n, 0.0);
  std::fill_n(result.f_x, n * n, 0.0);
  std::fill_n(result.q_x, n * n, 0.0);
  try {
    kind.model->evaluate({derived_.data() + item.derived, kind.derived}, {work_.data(), n},
                         {{result.f, n}, {result.q, n}, {result.f_x, n * n}, {result.q_x, n * n}});
  } catch (const std::exception& error) {
    return fail(instance, error.what());
  } catch (...) {
    return fail(instance, "an exception");
  }
  if (!kind.internals.empty()) {
    to_node_units(item, result);
    if (mode == BridgeMode::rest) hold_memories(item, values, result);
  }
  double probe = 0.0;  // x * 0 is 0 for finite x only
  for (std::size_t k = 0; k < n; ++k) probe += result.f[k] * 0.0 + result.q[k] * 0.0;
  for (std::size_t k = 0; k < n * n; ++k) probe += result.f_x[k] * 0.0 + result.q_x[k] * 0.0;
  return probe == 0.0 || fail(instance, "");
}

}  // namespace neucasl::ngspice_plugin
