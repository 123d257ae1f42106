#include "budget.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "gradient.hpp"

namespace neucasl::scattering {
namespace {

constexpr double boltzmann = 1.380649e-23;  // J/K, exact (SI, 2019)
constexpr double decibel_of_ideal = 1.76;   // signal to noise of an ideal converter of 0 bits
constexpr double decibel_of_bit = 6.02;
constexpr double probe_share = 1e-3;  // of the waves, to see whether a current follows

/// One detector: its copies for all carriers.
struct Detector {
  std::string name;
  std::vector<std::uint32_t> copies;  // index in the network
};

struct Channel {
  std::string source;
  double power = 0.0;    // W, arriving
  double emitted = 0.0;  // W
  double slope = 0.0;    // A/W, of the detector at this carrier
};

std::string base_name(const circuit::Device& device) {
  if (device.environment.carriers < 2) return device.name;
  return device.name.substr(0, device.name.rfind('.'));
}

double decibel(double ratio) { return 10.0 * std::log10(ratio); }

class Budget {
 public:
  Budget(const circuit::Circuit& circuit, const plugin::PhotonicBudgetOptions& options,
         const plugin::Context& context)
      : circuit_(circuit), options_(options), gradient_(circuit, context.threads), work_(circuit) {
    if (!(options.bandwidth > 0.0) || !std::isfinite(options.bandwidth)) {
      throw base::Error("scattering.budget",
                        "a bandwidth of " + base::shortest(options.bandwidth) + " Hz",
                        "give the receivers' bandwidth, above 0");
    }
    find_detectors();
  }

  plugin::PhotonicBudget run() {
    for (const Detector& detector : detectors_) add(detector);
    plugin::PhotonicBudget budget;
    budget.detectors = detector_table();
    budget.channels = channel_table();
    budget.bits = bits_table();
    budget.method = "adjoint waves of each detector; " + gradient_.method();
    return budget;
  }

 private:
  [[nodiscard]] const OpticalNetwork& network() const { return gradient_.network(); }
  [[nodiscard]] const RestPoint& point() const { return gradient_.point(); }
  [[nodiscard]] const circuit::Device& device_of(std::uint32_t index) const {
    return circuit_.devices[network().devices[index].device];
  }

  void find_detectors() {
    const ScatteringData& data = point().scattering().data();
    for (std::uint32_t d = 0; d < network().devices.size(); ++d) {
      const OpticalDevice& device = network().devices[d];
      const bool absorbs = device.ports == 1 && device.bias.size() >= 2 &&
                           data.matrices[point().scattering().layout().first(d)] == Wave{} &&
                           data.emitted[device.first_port] == Wave{};
      if (!absorbs) continue;
      const std::string name = base_name(device_of(d));
      const auto known = std::find_if(detectors_.begin(), detectors_.end(),
                                      [&](const Detector& one) { return one.name == name; });
      if (known == detectors_.end()) {
        detectors_.push_back({name, {d}});
      } else {
        known->copies.push_back(d);
      }
    }
    if (!detectors_.empty()) return;
    throw base::Error("scattering.budget", "the circuit has no detector",
                      "end a net in a photodetector");
  }

  [[nodiscard]] Wave arriving(std::uint32_t copy) const {
    return point().incoming()[network().devices[copy].first_port];
  }
  [[nodiscard]] std::vector<Wave> adjoint(std::uint32_t copy) {
    const std::uint32_t port = network().devices[copy].first_port;
    return gradient_.adjoint_of_wave(network().ports[port].partner);
  }

  /// Powers that arrive from each source alone.
  void add_channels(const std::vector<Wave>& adjoint, double slope,
                    std::vector<Channel>& channels) const {
    const std::vector<Wave>& emitted = point().scattering().data().emitted;
    for (const OpticalDevice& device : network().devices) {
      Wave sum{};
      double power = 0.0;
      for (std::uint32_t p = device.first_port; p < device.first_port + device.ports; ++p) {
        sum += adjoint[p] * emitted[p];
        power += std::norm(emitted[p]);
      }
      if (sum != Wave{}) {
        channels.push_back({circuit_.devices[device.device].name, std::norm(sum), power, slope});
      }
    }
  }

  /// dI/dP of the current into the first electrical terminal at held voltages.
  double responsivity(std::uint32_t copy) {
    const OpticalDevice& device = network().devices[copy];
    const circuit::Device& one = circuit_.devices[device.device];
    const Wave wave = arriving(copy);
    const double amplitude = std::abs(wave) > 0.0 ? std::abs(wave) : 1e-2;
    work_.select(device.device);
    const auto current = [&](double size) {
      const auto at = point().bias().unknowns(point().state(), device.device);
      std::vector<double> own(at.begin(), at.end());
      const std::vector<Wave> in{Wave{size, 0.0}};
      work_.settle(one.derived, in, own);
      std::vector<std::uint32_t> terminal{device.bias.front().unknown};
      std::vector<double> value(1);
      std::vector<double> slope(1);
      work_.condense(terminal, value, slope);
      return value[0];
    };
    // Of two powers: the model's current need not be proportional to the power.
    const double high = amplitude * (1.0 + probe_share);
    const double low = amplitude * (1.0 - probe_share);
    return std::abs(current(high) - current(low)) / (high * high - low * low);
  }

  void add_own_noise(std::uint32_t copy, std::map<std::string, double>& density) {
    const OpticalDevice& device = network().devices[copy];
    const circuit::Device& one = circuit_.devices[device.device];
    const auto at = point().bias().unknowns(point().state(), device.device);
    for (const model::NoiseSource& source :
         circuit_.models[one.model].model->noise(one.derived, at, one.environment)) {
      density[source.name] += source.white;
    }
  }

  /// Thermal noise of resistors at the detector's terminals, each with its whole current in the
  /// receiver.
  void add_load_noise(std::uint32_t copy, std::map<std::string, double>& density) const {
    const OpticalDevice& device = network().devices[copy];
    const double kelvin = circuit_.devices[device.device].environment.temperature;
    for (const circuit::Passive& passive : circuit_.passives) {
      const bool resistive = passive.kind == circuit::PassiveKind::resistor ||
                             passive.kind == circuit::PassiveKind::conductance;
      const bool joined =
          std::any_of(device.bias.begin(), device.bias.end(), [&](const BiasTerminal& terminal) {
            return terminal.node != 0 && (passive.p == terminal.node || passive.n == terminal.node);
          });
      if (!resistive || !joined) continue;
      const double conductance =
          passive.kind == circuit::PassiveKind::resistor ? 1.0 / passive.value : passive.value;
      density["thermal noise of the load"] += 4.0 * boltzmann * kelvin * conductance;
    }
  }

  /// Density of the detector's power by noise inside optical devices.
  void add_optical_noise(std::uint32_t copy, const std::vector<Wave>& adjoint, double slope,
                         std::map<std::string, double>& density) {
    const Wave wave = arriving(copy);
    for (const OpticalDevice& device : network().devices) {
      if (device.device == network().devices[copy].device) continue;
      const circuit::Device& one = circuit_.devices[device.device];
      const auto at = point().bias().unknowns(point().state(), device.device);
      std::vector<Wave> change(device.ports);
      for (const model::NoiseSource& source :
           circuit_.models[one.model].model->noise(one.derived, at, one.environment)) {
        std::vector<double> flow(at.size(), 0.0);
        flow[static_cast<std::size_t>(source.from)] += 1.0;
        if (source.to >= 0) flow[static_cast<std::size_t>(source.to)] -= 1.0;
        work_.select(device.device);
        work_.slope_of_flow(one.derived, at, flow, change);
        Wave sum{};
        for (std::uint32_t p = 0; p < device.ports; ++p) {
          sum += adjoint[device.first_port + p] * change[p];
        }
        const double power = 2.0 * (std::conj(wave) * sum).real();
        if (power == 0.0) continue;
        density[source.name + " of the light"] += slope * slope * power * power * source.white;
      }
    }
  }

  void add(const Detector& detector) {
    std::vector<Channel> channels;
    std::map<std::string, double> density;
    double power = 0.0;
    for (const std::uint32_t copy : detector.copies) {
      const std::vector<Wave> waves = adjoint(copy);
      power += std::norm(arriving(copy));
      const double slope = responsivity(copy);
      add_channels(waves, slope, channels);
      add_own_noise(copy, density);
      add_optical_noise(copy, waves, slope, density);
    }
    add_load_noise(detector.copies.front(), density);
    std::stable_sort(channels.begin(), channels.end(),
                     [](const Channel& a, const Channel& b) { return a.power > b.power; });
    if (channels.empty()) {
      throw base::Error("scattering.budget", "no light reaches detector '" + detector.name + "'",
                        "switch a source on, or take the detector out");
    }
    const Channel& own = channels.front();
    double others = 0.0;
    for (std::size_t k = 1; k < channels.size(); ++k) others += channels[k].power;
    const double current = own.slope * own.power;

    name_.push_back(detector.name);
    channel_.push_back(own.source);
    loss_.push_back(decibel(own.emitted / own.power));
    own_power_.push_back(own.power);
    total_power_.push_back(power);
    crosstalk_.push_back(decibel(others / own.power));
    current_.push_back(current);
    if (others > 0.0) add_bits(detector.name, "crosstalk", 0.0, std::log2(own.power / others));
    for (const auto& [cause, value] : density) {
      const double variance = value * options_.bandwidth;
      if (!(variance > 0.0)) continue;
      const double ratio = decibel(current * current / variance);
      add_bits(detector.name, cause, std::sqrt(variance),
               (ratio - decibel_of_ideal) / decibel_of_bit);
    }
    for (const Channel& channel : channels) {
      channel_detector_.push_back(detector.name);
      channel_source_.push_back(channel.source);
      channel_power_.push_back(channel.power);
      channel_share_.push_back(decibel(channel.power / own.power));
    }
  }

  void add_bits(const std::string& detector, const std::string& cause, double current,
                double bits) {
    bits_detector_.push_back(detector);
    bits_cause_.push_back(cause);
    bits_current_.push_back(current);
    bits_.push_back(bits);
  }

  [[nodiscard]] results::Table detector_table() const {
    results::Table table;
    table.name = "detectors";
    table.title = "Loss, crosstalk and current of each detector's channel";
    table.add("detector", name_).add("channel", channel_).add("path_loss_db", loss_);
    table.add("power", own_power_, base::dimension::power);
    table.add("total_power", total_power_, base::dimension::power);
    table.add("crosstalk_db", crosstalk_);
    table.add("photocurrent", current_, base::dimension::current);
    return table;
  }
  [[nodiscard]] results::Table channel_table() const {
    results::Table table;
    table.name = "channels";
    table.title = "Power at each detector from each source alone";
    table.add("detector", channel_detector_).add("source", channel_source_);
    table.add("power", channel_power_, base::dimension::power);
    table.add("over_own_channel_db", channel_share_);
    return table;
  }
  [[nodiscard]] results::Table bits_table() const {
    results::Table table;
    table.name = "bits";
    table.title = "Effective bits by cause";
    table.add("detector", bits_detector_).add("cause", bits_cause_);
    table.add("noise_current", bits_current_, base::dimension::current);
    table.add("bits", bits_);
    return table;
  }

  const circuit::Circuit& circuit_;
  const plugin::PhotonicBudgetOptions& options_;
  NetworkGradient gradient_;
  DeviceScattering work_;
  std::vector<Detector> detectors_;
  std::vector<std::string> name_, channel_, channel_detector_, channel_source_, bits_detector_,
      bits_cause_;
  std::vector<double> loss_, own_power_, total_power_, crosstalk_, current_, channel_power_,
      channel_share_, bits_current_, bits_;
};

}  // namespace

plugin::PhotonicBudget make_budget(const circuit::Circuit& circuit,
                                   const plugin::PhotonicBudgetOptions& options,
                                   const plugin::Context& context) {
  return Budget(circuit, options, context).run();
}

}  // namespace neucasl::scattering
