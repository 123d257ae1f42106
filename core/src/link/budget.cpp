#include "neucasl/link/budget.hpp"

#include <cmath>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::link {
namespace {

double of_db(double db) { return std::pow(10.0, db / 10.0); }

void require(bool good, const char* what, double value, const char* remedy) {
  if (good && std::isfinite(value)) return;
  throw base::Error("link.budget", std::string(what) + " is " + base::shortest(value), remedy);
}

void check(const Budget& budget) {
  require(budget.insertion_loss_db >= 0.0, "the insertion loss in dB", budget.insertion_loss_db,
          "a passive path has 0 dB or more");
  require(budget.fan_out >= 1.0, "the fan-out", budget.fan_out, "give 1 or more");
  require(budget.sensitivity > 0.0, "the detector's sensitivity in W", budget.sensitivity,
          "give a power above 0");
  require(budget.bits >= 0.0, "the number of bits", budget.bits, "give 0 or more");
  if (budget.extinction_ratio_db) {
    require(*budget.extinction_ratio_db > 0.0, "the extinction ratio in dB",
            *budget.extinction_ratio_db, "give a ratio above 0 dB");
  }
  require(budget.wall_plug_efficiency > 0.0 && budget.wall_plug_efficiency <= 1.0,
          "the wall-plug efficiency", budget.wall_plug_efficiency, "give a share in (0, 1]");
}

}  // namespace

double insertion_loss_db(const std::vector<Loss>& path) {
  double sum = 0.0;
  for (const Loss& one : path) {
    const double loss = one.loss_db * one.count;
    if (!(one.loss_db >= 0.0) || !(one.count >= 0.0) || !std::isfinite(loss)) {
      throw base::Error("link.loss",
                        "element '" + one.element + "' loses " + base::shortest(one.loss_db) +
                            " dB and stands " + base::shortest(one.count) + " times in the path",
                        "give a loss and a count of 0 or more");
    }
    sum += loss;
  }
  return sum;
}

double Budget::optical_power() const {
  check(*this);
  const double levels = std::pow(2.0, bits);
  const double modulated = extinction_ratio_db ? 1.0 - of_db(-*extinction_ratio_db) : 1.0;
  return sensitivity * of_db(insertion_loss_db) * fan_out * levels / modulated;
}

double Budget::electrical_power() const { return optical_power() / wall_plug_efficiency; }

double margin_db(const Budget& budget, double optical_power) {
  return 10.0 * std::log10(optical_power / budget.optical_power());
}

double watts_of_dbm(double dbm) { return of_db(dbm) / 1000.0; }
double dbm_of_watts(double watts) { return 10.0 * std::log10(watts * 1000.0); }

}  // namespace neucasl::link
