#include "thermal_tuning.hpp"

#include <Eigen/SparseLU>
#include <algorithm>
#include <cmath>

#include "thermal_least_squares.hpp"
#include "thermal_network.hpp"

namespace neucasl::scattering {
namespace {

using base::Error;

/// A target with the net that it is about.
struct WantedRise {
  std::size_t net = 0;
  double rise = 0.0;        // K
  double per_kelvin = 1.0;  // of the target's quantity
};

class HeaterTuning {
 public:
  HeaterTuning(const circuit::Circuit& circuit, const plugin::TuningRequest& request)
      : request_(request), network_(circuit) {
    if (network_.heaters().empty()) {
      throw Error("scattering.thermal", "the circuit has no heater", "join heaters to its nets");
    }
    read_targets();
  }

  plugin::TuningSolution run() {
    solve_powers();
    require_reached();
    for (std::size_t net = 0; net < network_.nets().size(); ++net) {
      solution_.nets.push_back(network_.name(net));
      solution_.rise.push_back(rise_(static_cast<Eigen::Index>(net)));
      for (Eigen::Index k = 0; k < powers_.size(); ++k) {
        solution_.coupling.push_back(coupling_(static_cast<Eigen::Index>(net), k));
      }
    }
    set_heaters();
    report_places();
    solution_.method =
        "least squares of the rises without negative powers (Lawson and Hanson 1974) in a Newton "
        "iteration over the device models, light off";
    return std::move(solution_);
  }

 private:
  void read_targets() {
    if (request_.targets.empty()) {
      throw Error("scattering.target", "there is no target to tune to", "name a net and its rise");
    }
    for (const plugin::TuningTarget& target : request_.targets) {
      WantedRise one = wanted_of(target);
      for (const WantedRise& other : wanted_) {
        if (other.net != one.net) continue;
        throw Error("scattering.target",
                    "'" + target.place + "' is the second target of the thermal net '" +
                        network_.name(one.net) + "'",
                    "give each thermal net one target", target.where);
      }
      wanted_.push_back(one);
      largest_wanted_ = std::max(largest_wanted_, std::abs(one.rise));
    }
  }

  WantedRise wanted_of(const plugin::TuningTarget& target) const {
    if (!std::isfinite(target.wanted.value)) {
      throw Error("scattering.target", "the target of '" + target.place + "' is not finite",
                  "give a rise in K or a shift in nm", target.where);
    }
    if (target.wanted.dimension == base::dimension::temperature) {
      return {net_named(target), target.wanted.value, 1.0};
    }
    if (target.wanted.dimension == base::dimension::length) return shifted(target);
    throw Error("scattering.target",
                "the target of '" + target.place + "' is neither a temperature nor a length",
                "give a rise in K or a shift in nm", target.where);
  }

  std::size_t net_named(const plugin::TuningTarget& target) const {
    std::vector<std::string> known;
    known.reserve(network_.nets().size());
    for (std::size_t k = 0; k < network_.nets().size(); ++k) {
      if (network_.name(k) == target.place) return k;
      known.push_back(network_.name(k));
    }
    throw Error("scattering.target", "there is no thermal net '" + target.place + "'",
                base::suggest(target.place, known), target.where);
  }

  WantedRise shifted(const plugin::TuningTarget& target) const {
    const circuit::Circuit& circuit = network_.circuit();
    std::vector<std::string> known;
    for (const circuit::Device& device : circuit.devices) {
      const model::Specification& specification =
          circuit.models[device.model].model->specification();
      const auto& parameters = specification.parameters;
      const auto slope = std::find_if(parameters.begin(), parameters.end(), [](const auto& one) {
        return one.name == "shift_per_kelvin";
      });
      const std::size_t net = net_of(device, specification);
      if (slope == parameters.end() || net == network_.nets().size()) continue;
      known.push_back(device.name);
      if (device.name != target.place) continue;
      const double per_kelvin =
          device.parameters[static_cast<std::size_t>(slope - parameters.begin())];
      if (per_kelvin == 0.0) {
        throw Error("scattering.target", "no temperature shifts '" + target.place + "'",
                    "its parameter shift_per_kelvin is 0", target.where);
      }
      return {net, target.wanted.value / per_kelvin, per_kelvin};
    }
    throw Error("scattering.target",
                "there is no device '" + target.place +
                    "' on a thermal net with the parameter shift_per_kelvin",
                base::suggest(target.place, known), target.where);
  }

  std::size_t net_of(const circuit::Device& device,
                     const model::Specification& specification) const {
    std::size_t unknown = 0;
    for (const model::Terminal& terminal : specification.terminals) {
      if (terminal.discipline == ir::Discipline::thermal) {
        return network_.net_of_node(device.nodes[unknown]);
      }
      unknown += static_cast<std::size_t>(model::unknowns_of(terminal.discipline));
    }
    return network_.nets().size();
  }

  /// Linearises H at the present rises: `rise_` becomes that without powers, `coupling_` R.
  void linearise() {
    Eigen::VectorXd flow;
    ThermalMatrix slope;
    network_.conduct({rise_.data(), static_cast<std::size_t>(rise_.size())}, flow, slope);
    slope.makeCompressed();
    Eigen::SparseLU<ThermalMatrix> factors;
    factors.compute(slope);
    if (factors.info() != Eigen::Success) {
      throw Error("scattering.thermal", "the heat flows do not determine the temperatures",
                  "check the thermal couplings");
    }
    rise_ -= factors.solve(flow);
    Eigen::MatrixXd warmed =
        Eigen::MatrixXd::Zero(slope.rows(), static_cast<Eigen::Index>(network_.heaters().size()));
    for (std::size_t k = 0; k < network_.heaters().size(); ++k) {
      warmed(network_.heaters()[k].net, static_cast<Eigen::Index>(k)) = 1.0;
    }
    coupling_ = factors.solve(warmed);
    ++solution_.iterations;
  }

  /// Newton's method over H(T) = E P; `choose` gives P from the linearised network.
  template <class Choose>
  void iterate(const Choose& choose) {
    rise_ = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(network_.nets().size()));
    for (int step = 0; step < most_linearisations; ++step) {
      const Eigen::VectorXd before = rise_;
      linearise();
      powers_ = choose();
      rise_ += coupling_ * powers_;
      if (!rise_.allFinite()) break;
      const double scale = std::max(rise_.cwiseAbs().maxCoeff(), largest_wanted_);
      if ((rise_ - before).cwiseAbs().maxCoeff() <= 1e-12 * scale) return;
    }
    throw Error("scattering.thermal", "the temperatures do not converge",
                "look for a device whose heat flow jumps, or ask for smaller rises");
  }

  void solve_powers() {
    const auto count = static_cast<Eigen::Index>(wanted_.size());
    iterate([&] {
      Eigen::MatrixXd rows(count, coupling_.cols());
      Eigen::VectorXd missing(count);
      for (Eigen::Index i = 0; i < count; ++i) {
        const WantedRise& one = wanted_[static_cast<std::size_t>(i)];
        rows.row(i) = coupling_.row(static_cast<Eigen::Index>(one.net));
        missing(i) = one.rise - rise_(static_cast<Eigen::Index>(one.net));
      }
      return nonnegative_least_squares(rows, missing).x;
    });
  }

  [[nodiscard]] double miss(std::size_t target) const {
    return rise_(static_cast<Eigen::Index>(wanted_[target].net)) - wanted_[target].rise;
  }

  void require_reached() {
    std::size_t worst = 0;
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (std::abs(miss(i)) > std::abs(miss(worst))) worst = i;
    }
    solution_.largest_miss = std::abs(miss(worst));
    if (request_.nearest || solution_.largest_miss <= request_.tolerance * largest_wanted_) return;
    const plugin::TuningTarget& target = request_.targets[worst];
    const std::size_t net = wanted_[worst].net;
    std::string heater = "no heater warms it";
    for (std::size_t k = 0; k < network_.heaters().size(); ++k) {
      const ThermalHeater& one = network_.heaters()[k];
      if (one.net != net) continue;
      heater =
          "heater '" + network_.circuit().devices[one.device].name + "' gives " +
          base::to_engineering({powers_(static_cast<Eigen::Index>(k)), base::dimension::power});
    }
    throw Error("scattering.tuning",
                "no heater powers bring the thermal net '" + network_.name(net) + "' to " +
                    base::to_engineering({wanted_[worst].rise, base::dimension::temperature}) +
                    ": the nearest is " +
                    base::to_engineering(
                        {wanted_[worst].rise + miss(worst), base::dimension::temperature}) +
                    ", where " + heater,
                remedy(), target.where);
  }

  /// The common rise to add to all targets, when each of them has a heater.
  [[nodiscard]] std::string remedy() const {
    const std::string other = "or ask for the nearest rises";
    const auto count = static_cast<Eigen::Index>(wanted_.size());
    if (count != coupling_.cols()) return "give each target a heater of its own, " + other;
    Eigen::MatrixXd rows(count, count);
    Eigen::MatrixXd rises(count, 2);
    for (Eigen::Index i = 0; i < count; ++i) {
      const WantedRise& one = wanted_[static_cast<std::size_t>(i)];
      rows.row(i) = coupling_.row(static_cast<Eigen::Index>(one.net));
      rises(i, 0) = one.rise;
      rises(i, 1) = 1.0;
    }
    const Eigen::MatrixXd powers = rows.fullPivLu().solve(rises);
    double common = 0.0;
    for (Eigen::Index i = 0; i < count; ++i) {
      if (powers(i, 0) >= 0.0) continue;
      if (!(powers(i, 1) > 0.0)) return "change the targets, " + other;
      common = std::max(common, -powers(i, 0) / powers(i, 1));
    }
    return "add " + base::to_engineering({common, base::dimension::temperature}) +
           " or more to all targets, " + other;
  }

  void set_heaters() {
    for (std::size_t k = 0; k < network_.heaters().size(); ++k) {
      const ThermalHeater& heater = network_.heaters()[k];
      const circuit::Device& device = network_.circuit().devices[heater.device];
      const double rise = rise_(static_cast<Eigen::Index>(heater.net));
      plugin::HeaterSetting setting;
      setting.heater = device.name;
      setting.net = network_.name(heater.net);
      setting.power = powers_(static_cast<Eigen::Index>(k));
      setting.voltage = network_.heater_voltage(k, setting.power, rise);
      setting.current = network_.heater_state(k, setting.voltage, rise).current;
      name_source(device.nodes[heater.positive], device.nodes[heater.negative], setting);
      solution_.heaters.push_back(std::move(setting));
    }
  }

  void name_source(std::uint32_t positive, std::uint32_t negative,
                   plugin::HeaterSetting& setting) const {
    for (const circuit::Source& source : network_.circuit().sources) {
      const bool along = source.p == positive && source.n == negative;
      const bool against = source.p == negative && source.n == positive;
      if (!along && !against) continue;
      setting.source = source.name;
      // A current source drives its current out of n.
      setting.source_value = source.is_voltage ? (along ? setting.voltage : -setting.voltage)
                                               : (along ? -setting.current : setting.current);
      return;
    }
  }

  /// Each heater alone, by the coupling without power.
  [[nodiscard]] Eigen::VectorXd blind_powers() {
    rise_.setZero();
    linearise();
    Eigen::VectorXd powers = Eigen::VectorXd::Zero(coupling_.cols());
    const auto& heaters = network_.heaters();
    for (const WantedRise& one : wanted_) {
      const auto shares = std::count_if(heaters.begin(), heaters.end(),
                                        [&](const auto& h) { return h.net == one.net; });
      for (std::size_t k = 0; k < heaters.size(); ++k) {
        if (heaters[k].net != one.net) continue;
        const auto column = static_cast<Eigen::Index>(k);
        const double own = coupling_(static_cast<Eigen::Index>(one.net), column);
        powers(column) = std::max(0.0, one.rise / own) / static_cast<double>(shares);
      }
    }
    return powers;
  }

  void report_places() {
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      const WantedRise& one = wanted_[i];
      solution_.places.push_back({request_.targets[i].place, request_.targets[i].wanted.dimension,
                                  request_.targets[i].wanted.value,
                                  one.per_kelvin * (one.rise + miss(i)), 0.0});
    }
    const Eigen::VectorXd blind = blind_powers();
    iterate([&]() -> const Eigen::VectorXd& { return blind; });
    for (std::size_t k = 0; k < solution_.heaters.size(); ++k) {
      solution_.heaters[k].blind_power = blind(static_cast<Eigen::Index>(k));
    }
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      solution_.places[i].blind = wanted_[i].per_kelvin * (wanted_[i].rise + miss(i));
      solution_.blind_largest_miss = std::max(solution_.blind_largest_miss, std::abs(miss(i)));
    }
  }

  static constexpr int most_linearisations = 100;

  const plugin::TuningRequest& request_;
  ThermalNetwork network_;
  std::vector<WantedRise> wanted_;
  double largest_wanted_ = 0.0;
  Eigen::VectorXd rise_, powers_;
  Eigen::MatrixXd coupling_;
  plugin::TuningSolution solution_;
};

}  // namespace

plugin::TuningSolution HeaterTuner::tune(const circuit::Circuit& circuit,
                                         const plugin::TuningRequest& request) const {
  return HeaterTuning(circuit, request).run();
}

}  // namespace neucasl::scattering
