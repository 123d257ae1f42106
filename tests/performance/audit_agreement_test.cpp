#include <gtest/gtest.h>

#include "neucasl/audit/audit.hpp"
#include "performance/photonic_link.hpp"
#include "performance/system_schedule.hpp"

// Audits of descriptions and estimates from them count alike.

namespace neucasl::performance_plugin {
namespace {

architecture::Architecture described(const std::string& id) {
  return architecture::load_architecture(id, {NEUCASL_SOURCE_FOLDER "/devices"});
}

double recomputed(const audit::Audit& audit, const std::string& name) {
  for (const audit::Recomputed& one : audit.recomputed) {
    if (one.name == name) return one.value.value;
  }
  throw std::out_of_range(name);
}

TEST(AuditAgreement, BitsAndLaserAreThoseOfTheEstimator) {
  for (const char* id : {"crosslight", "deap_cnn", "litecon", "dota_b", "albireo"}) {
    const architecture::Architecture chip = described(id);
    device::UseList uses;
    const PhotonicLink link = photonic_link(chip, architecture::photonic_plan(chip, uses), uses);
    const audit::Audit audited = audit::audit(audit::design_of(chip));
    EXPECT_NEAR(recomputed(audited, "combined_bits"), link.effective_bits, 1e-9) << id;
    EXPECT_NEAR(recomputed(audited, "insertion_loss_db"), link.loss_db, 1e-9) << id;
  }
}

TEST(AuditAgreement, PeakRatesOfArraysAndDigitalCores) {
  for (const char* id : {"isaac_ce", "puma", "pipelayer_like", "hfox_differential", "dadiannao"}) {
    const architecture::Architecture chip = described(id);
    device::UseList uses;
    const SystemCost cost = idle_system(chip, uses);
    const audit::Audit audited = audit::audit(audit::design_of(chip));
    const double peak = recomputed(audited, "peak_multiply_accumulates");
    EXPECT_NEAR(peak / cost.peak_rate, 1.0, 1e-12) << id;
  }
}

}  // namespace
}  // namespace neucasl::performance_plugin
