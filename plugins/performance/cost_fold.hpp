#pragma once

#include <map>
#include <string>
#include <vector>

#include "neucasl/device/card.hpp"
#include "neucasl/ir/design.hpp"
#include "units.hpp"

/// \file
/// Costs of the periphery, folded over the hierarchy of a chip.
///
/// For each primitive with an attribute "component":
///   energy = copies x operations x power x time;  area = copies x area;
///   leakage power = copies x leakage,
/// with <component>_power, _time, _leakage and _area from the card that its attribute "device"
/// names, and the parameter "operation_time", where it is positive, in place of the time.
/// A primitive with a parameter "bits" (a converter) has its power, leakage and time scaled in
/// proportion to bits / <component>_bits, as the tables of PUMA's simulator do (A. Ankit et al.,
/// ASPLOS 2019, adc_pow_dyn_dict, adc_pow_leak_dict and adc_lat_dict); its area does not change.
/// A primitive with the attribute "part" is a component of what "description" names:
/// energy and time of one event, leakage and area are that component's (units.hpp), the last two
/// times the parameter "share". One with "counted_in" costs nothing by itself.

namespace neucasl::performance_plugin {

struct Cost {
  double energy = 0.0;   ///< J for one inference, without leakage
  double leakage = 0.0;  ///< W
  double area = 0.0;     ///< m^2
  double copies = 0.0;
  double operations = 0.0;  ///< of all copies in one inference

  Cost& operator+=(const Cost& other);
};

/// Costs by part of the chip ("chip" itself or a layer) and component.
using CostTable = std::map<std::string, std::map<std::string, Cost>>;

class CostFold {
 public:
  CostFold(const ir::Design& design, const device::Library& devices, device::UseList& uses)
      : design_(design), devices_(devices), uses_(uses) {}

  /// \throws base::Error "performance.component" for a primitive without component or element;
  /// "device.*" when a card lacks a number.
  CostTable run();

  /// Duration of one operation of a component, s; `bits` of a converter, 0 for others. Of a
  /// described chip 0 for a component that it does not have.
  double time_of(const std::string& card, const std::string& component, double bits = 0.0);
  /// The component of the description whose primitive has this name; null in another chip.
  const Unit* described(const std::string& component);

 private:
  void fold(ir::ModuleId id, double copies, const std::string& part);
  void add_leaf(const ir::Module& primitive, const std::vector<ir::Parameter>& parameters,
                double copies, const std::string& part);
  const device::Card& card(const std::string& id);
  const Unit& unit(const ir::Module& primitive);
  void add_described(const ir::Module& primitive, const std::vector<ir::Parameter>& parameters,
                     double copies, Cost& cost);
  double bit_factor(const std::string& card, const std::string& component, double bits);

  const ir::Design& design_;
  const device::Library& devices_;
  device::UseList& uses_;
  std::map<std::string, device::Card> cards_;
  std::map<std::string, std::vector<Unit>> descriptions_;
  CostTable table_;
};

}  // namespace neucasl::performance_plugin
