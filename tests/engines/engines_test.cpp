#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "bench.hpp"
#include "session.hpp"

namespace neucasl::engines {
namespace {

constexpr double default_limit = 1e-4;
constexpr double tight_limit = 1e-6;

/// Drain, gate, source, bulk: what turns a transistor on.
Drive transistor(double volts) {
  Drive drive;
  drive.peaks = {volts, volts, 0.1 * volts, 0.0};
  return drive;
}

/// p, n: what writes a memory within `stop`.
Drive memory(double volts, double stop, double resistance) {
  Drive drive;
  drive.peaks = {volts, 0.0};
  drive.rest = {0.0, 0.0};
  drive.stop = stop;
  drive.resistance = resistance;
  return drive;
}

/// At rest below its threshold, since beyond it the solution is not unique.
Drive selector() {
  Drive drive = memory(2.0, 50e-9, 1000.0);
  drive.sweep_share = 0.5;
  return drive;
}

/// Output, anode, cathode: a current above the threshold.
Drive laser_diode() {
  Drive drive;
  drive.peaks = {0.01, 5.0, 0.0};
  drive.rest = {0.5, 0.8, 0.0};
  return drive;
}

/// So short that the light in a resonator does not settle.
Drive fast() {
  Drive drive;
  drive.stop = 100e-12;
  return drive;
}

/// Models that the limits of their terminals alone would leave off or at rest.
const std::map<std::string, Drive> drives = {
    {"finfet_n", transistor(0.7)},
    {"finfet_p", transistor(-0.7)},
    {"cntfet_n", transistor(0.6)},
    {"cntfet_p", transistor(-0.6)},
    {"linear_ion_drift", memory(1.0, 0.2, 10.0)},
    {"vteam", memory(-0.5, 5e-9, 100.0)},
    {"phase_change_memory", memory(2.0, 200e-9, 1000.0)},
    {"threshold_selector", selector()},
    {"laser_diode", laser_diode()},
    {"microdisk", fast()},
    {"microdisk_modulator", fast()},
    {"microdisk_switch", fast()},
};

class Engines : public Session {
 protected:
  /// The card of a model, or nothing: then its defaults are tested.
  std::optional<device::Card> card_of(const std::string& model) {
    for (const std::string& id : cards_.ids()) {
      device::Card card = cards_.load(id);
      for (const device::Choice& choice : card.choices) {
        if (choice.name == "model" && choice.value == model) return card;
      }
    }
    return std::nullopt;
  }

  /// Worst difference over the points at `axis`, relative to the peak of each trace, or to a
  /// hundredth of the largest of its kind.
  double worst_difference(const circuit::Result& a, const circuit::Result& b,
                          const std::vector<double>& axis) {
    std::map<circuit::TraceKind, double> largest;
    for (const circuit::Trace& trace : b.traces) {
      for (const double value : trace.real) {
        largest[trace.kind] = std::max(largest[trace.kind], std::abs(value));
      }
    }
    double worst = 0.0;
    for (const circuit::Trace& trace : b.traces) {
      const circuit::Trace* other = a.find(trace.name, trace.kind);
      if (!other) {
        ADD_FAILURE() << "no trace " << trace.name;
        continue;
      }
      double peak = 0.0;
      for (const double value : trace.real) peak = std::max(peak, std::abs(value));
      // The tolerance of a voltage is a current in the resistance next to it, so small currents
      // are measured by their larger neighbours.
      peak = std::max(peak, 0.01 * largest[trace.kind]);
      for (const double x : axis) {
        const auto mine = value_at(b, trace, x);
        const auto theirs = value_at(a, *other, x);
        if (!mine || !theirs) {
          ADD_FAILURE() << trace.name << " has no point at " << x;
          return 1.0;
        }
        if (const double difference = std::abs(*mine - *theirs) / peak; difference > worst) {
          worst = difference;
          where_ = trace.name + " at " + base::shortest(x) + ": " + base::shortest(*theirs) +
                   " and " + base::shortest(*mine);
        }
      }
    }
    return worst;
  }

  /// How far the states of the device went, over their range.
  void note_movement(const Bench& bench, const circuit::Result& result) {
    for (const circuit::Node& node : bench.circuit().nodes) {
      if (node.internal == model::InternalKind::algebraic) continue;
      const circuit::Trace* trace = result.find(node.name, circuit::TraceKind::node);
      if (!trace) continue;
      const auto [low, high] = std::minmax_element(trace->real.begin(), trace->real.end());
      movement_ = std::max(movement_, (*high - *low) / node.scale);
    }
  }

  static double tolerances_limit(const circuit::Tolerances& tolerances) {
    return tolerances.relative < circuit::Tolerances{}.relative ? tight_limit : default_limit;
  }

  double compare(const Bench& bench, const circuit::Analysis& analysis,
                 const circuit::Tolerances& tolerances, const std::vector<double>& axis) {
    plugin::SimulationOptions options;
    options.tolerances = tolerances;
    const auto a = ngspice_->simulate(bench.circuit(), analysis, options, context_);
    const auto b = native_->simulate(bench.circuit(), analysis, options, context_);
    note_movement(bench, b);
    const double worst = worst_difference(a, b, axis.empty() ? b.axis : axis);
    if (worst > tolerances_limit(tolerances)) std::printf("  %s\n", where_.c_str());
    return worst;
  }

  double movement_ = 0.0;
  std::string where_;  ///< Of the worst difference of the last comparison.
};

TEST_F(Engines, EveryModelAgreesAtRestAndInTime) {
  std::printf("%-34s %-24s %10s %10s %10s %10s %10s\n", "model", "card", "dc", "dc tight",
              "transient", "tight", "movement");
  const std::vector<std::string> names = host_.models().names();
  EXPECT_GE(names.size(), 20U);
  const char* only = std::getenv("NEUCASL_ONLY_MODEL");
  for (const std::string& name : names) {
    if (only && name.find(only) == std::string::npos) continue;
    SCOPED_TRACE(name);
    const model::FoundModel found = host_.models().find(name);
    const model::Specification& specification = found.model->specification();
    const auto card = card_of(name);
    device::UseList uses;
    const std::vector<double> parameters = card ? model::parameters_from(specification, *card, uses)
                                                : model::default_parameters(specification);
    const auto drive = drives.find(name);
    const Bench bench(found, parameters, drive == drives.end() ? Drive{} : drive->second);
    std::array<double, 4> worst{1.0, 1.0, 1.0, 1.0};
    movement_ = 0.0;
    try {
      worst[0] = compare(bench, bench.sweep(), {}, {});
      worst[1] = compare(bench, bench.sweep(), circuit::Tolerances::tight(), {});
      worst[2] = compare(bench, bench.transient(4000), {}, bench.corner_times());
      worst[3] = compare(bench, bench.transient(20000), circuit::Tolerances::tight(),
                         bench.corner_times());
    } catch (const base::Error& error) {
      ADD_FAILURE() << error.what();
    }
    std::printf("%-34s %-24s %10.1e %10.1e %10.1e %10.1e %10.2g\n", name.c_str(),
                card ? card->id.c_str() : "(defaults)", worst[0], worst[1], worst[2], worst[3],
                movement_);
    const bool has_state =
        std::any_of(specification.internals.begin(), specification.internals.end(),
                    [](const model::Internal& internal) {
                      return internal.kind != model::InternalKind::algebraic;
                    });
    if (has_state) {
      EXPECT_GT(movement_, 0.01) << "the bench leaves the states alone";
    }
    EXPECT_LE(worst[0], default_limit);
    EXPECT_LE(worst[1], tight_limit);
    EXPECT_LE(worst[2], default_limit);
    EXPECT_LE(worst[3], tight_limit);
  }
  for (const base::Diagnostic& diagnostic : diagnostics_.all()) {
    ADD_FAILURE() << base::to_string(diagnostic);
  }
}

}  // namespace
}  // namespace neucasl::engines
