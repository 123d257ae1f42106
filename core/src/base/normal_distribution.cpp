#include "neucasl/base/normal_distribution.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace neucasl::base {
namespace {

using Coefficients = std::array<double, 8>;

double polynomial(const Coefficients& c, double x) {
  double sum = 0.0;
  for (std::size_t k = c.size(); k-- > 0;) sum = sum * x + c[k];
  return sum;
}

// Of algorithm AS 241 (PPND16), from order 0 on.
constexpr Coefficients centre_up = {
    3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727};
constexpr Coefficients centre_down = {1.0,
                                      42.313330701600911252,
                                      687.18700749205790830,
                                      5394.1960214247511077,
                                      21213.794301586595867,
                                      39307.895800092710610,
                                      28729.085735721942674,
                                      5226.4952788528545610};
constexpr Coefficients middle_up = {1.42343711074968357734,    4.63033784615654529590,
                                    5.76949722146069140550,    3.64784832476320460504,
                                    1.27045825245236838258,    2.41780725177450611770e-1,
                                    2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr Coefficients middle_down = {1.0,
                                      2.05319162663775882187,
                                      1.67638483018380384940,
                                      6.89767334985100004550e-1,
                                      1.48103976427480074590e-1,
                                      1.51986665636164571966e-2,
                                      5.47593808499534494600e-4,
                                      1.05075007164441684324e-9};
constexpr Coefficients tail_up = {6.65790464350110377720,    5.46378491116411436990,
                                  1.78482653991729133580,    2.96560571828504891230e-1,
                                  2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr Coefficients tail_down = {1.0,
                                    5.99832206555887937690e-1,
                                    1.36929880922735805310e-1,
                                    1.48753612908506148525e-2,
                                    7.86869131145613259100e-4,
                                    1.84631831751005468180e-5,
                                    1.42151175831644588870e-7,
                                    2.04426310338993978564e-15};

/// For 0 < p <= 1/2.
double lower_quantile(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(centre_up, r) / polynomial(centre_down, r);
  }
  const double r = std::sqrt(-std::log(p));
  if (r <= 5.0) return -polynomial(middle_up, r - 1.6) / polynomial(middle_down, r - 1.6);
  return -polynomial(tail_up, r - 5.0) / polynomial(tail_down, r - 5.0);
}

}  // namespace

double normal_density(double u) {
  return std::exp(-0.5 * u * u) / std::sqrt(2.0 * std::numbers::pi);
}

double normal_cumulative(double u) { return 0.5 * std::erfc(-u / std::numbers::sqrt2); }

double normal_quantile(double p) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (!(p >= 0.0 && p <= 1.0)) return std::numeric_limits<double>::quiet_NaN();
  if (p == 0.0 || p == 1.0) return p == 0.0 ? -infinity : infinity;
  if (p > 0.5) return -normal_quantile(1.0 - p);
  const double u = lower_quantile(p);
  // Halley's step; the density is the slope of Phi, and -u its relative change.
  const double density = normal_density(u);
  if (density == 0.0) return u;
  const double step = (normal_cumulative(u) - p) / density;
  return u - step / (1.0 + 0.5 * u * step);
}

double normal_interval(double a, double b) {
  if (a >= 0.0) return normal_cumulative(-a) - normal_cumulative(-b);
  if (b <= 0.0) return normal_cumulative(b) - normal_cumulative(a);
  return 1.0 - normal_cumulative(a) - normal_cumulative(-b);
}

}  // namespace neucasl::base
