#include "wave_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace neucasl::scattering {
namespace {

constexpr double refine_limit = 1e-15;    // residual, of the largest wave, that is left alone
constexpr double residual_limit = 1e-11;  // residual that makes a solution wrong
constexpr int most_refinements = 3;
constexpr double smallest_wave_pivot = 1e-14;

/// x += m y
void add_product(WaveLanes& x, const WaveLanes& m, const WaveLanes& y) {
  x.re += m.re * y.re - m.im * y.im;
  x.im += m.re * y.im + m.im * y.re;
}
void add_product(WaveLanes& x, const Wave& m, const WaveLanes& y) {
  x.re += m.real() * y.re - m.imag() * y.im;
  x.im += m.real() * y.im + m.imag() * y.re;
}
void subtract_product(WaveLanes& x, const WaveLanes& m, const WaveLanes& y) {
  x.re -= m.re * y.re - m.im * y.im;
  x.im -= m.re * y.im + m.im * y.re;
}
void subtract(WaveLanes& x, const WaveLanes& m) {
  x.re -= m.re;
  x.im -= m.im;
}
void subtract(WaveLanes& x, const Wave& m) {
  x.re -= m.real();
  x.im -= m.imag();
}
WaveLanes product(const WaveLanes& a, const WaveLanes& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

double largest(const WaveLanes& x, std::size_t lane) {
  return std::max(std::abs(x.re[lane]), std::abs(x.im[lane]));
}

}  // namespace

WaveSolver::WaveSolver(const WaveStructure& structure) : structure_(structure) {
  const std::size_t n = structure.order.size();
  right_.resize(n);
  change_.resize(n);
  if (structure.feed_forward) return;
  lower_.resize(structure.lower.size());
  upper_.resize(structure.upper.size());
  inverse_.resize(n);
  work_.resize(n);
}

void WaveSolver::load(std::span<const WaveLanes> matrices) {
  own_ = matrices;
  shared_ = {};
  load_any(matrices);
}

void WaveSolver::load(std::span<const Wave> matrices) {
  own_ = {};
  shared_ = matrices;
  load_any(matrices);
}

/// By rows (IKJ), without exchange: the real part of 1 - S C is not negative where devices are
/// passive, which bounds the growth; `solve` looks at the residual all the same.
template <class M>
void WaveSolver::load_any(std::span<const M> matrices) {
  const WaveStructure& s = structure_;
  if (s.feed_forward) return;
  for (std::uint32_t k = 0; k < s.order.size(); ++k) {
    for (std::uint32_t c = s.lower_row[k]; c < s.lower_row[k + 1]; ++c)
      work_[s.lower[c]] = WaveLanes{};
    for (std::uint32_t c = s.upper_row[k]; c < s.upper_row[k + 1]; ++c)
      work_[s.upper[c]] = WaveLanes{};
    work_[k] = WaveLanes{Lanes{} + 1.0, Lanes{}};
    const std::uint32_t port = s.order[k];
    for (std::uint32_t t = s.row[port]; t < s.row[port + 1]; ++t) {
      const WaveStructure::Term& term = s.terms[t];
      subtract(work_[s.position[term.from]], matrices[term.entry]);
    }
    for (std::uint32_t c = s.lower_row[k]; c < s.lower_row[k + 1]; ++c) {
      const std::uint32_t i = s.lower[c];
      const WaveLanes factor = product(work_[i], inverse_[i]);
      lower_[c] = factor;
      for (std::uint32_t u = s.upper_row[i]; u < s.upper_row[i + 1]; ++u) {
        subtract_product(work_[s.upper[u]], factor, upper_[u]);
      }
    }
    for (std::uint32_t c = s.upper_row[k]; c < s.upper_row[k + 1]; ++c) {
      upper_[c] = work_[s.upper[c]];
    }
    const WaveLanes& pivot = work_[k];
    const Lanes square = pivot.re * pivot.re + pivot.im * pivot.im;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      if (square[lane] > smallest_wave_pivot * smallest_wave_pivot) continue;
      throw base::Error("scattering.resonance",
                        "a loop of the network has no loss at its resonance, so that its waves "
                        "have no bound",
                        "give the guides, mirrors or couplers a loss, or move the wavelength");
    }
    inverse_[k] = WaveLanes{pivot.re / square, -pivot.im / square};
  }
}

void WaveSolver::substitute(std::vector<WaveLanes>& x) const {
  const WaveStructure& s = structure_;
  const std::size_t n = s.order.size();
  for (std::size_t k = 0; k < n; ++k) {
    for (std::uint32_t c = s.lower_row[k]; c < s.lower_row[k + 1]; ++c) {
      subtract_product(x[k], lower_[c], x[s.lower[c]]);
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::uint32_t c = s.upper_row[k]; c < s.upper_row[k + 1]; ++c) {
      subtract_product(x[k], upper_[c], x[s.upper[c]]);
    }
    x[k] = product(x[k], inverse_[k]);
  }
}

void WaveSolver::substitute_transposed(std::vector<WaveLanes>& x) const {
  const WaveStructure& s = structure_;
  const std::size_t n = s.order.size();
  for (std::size_t k = 0; k < n; ++k) {
    x[k] = product(x[k], inverse_[k]);
    for (std::uint32_t c = s.upper_row[k]; c < s.upper_row[k + 1]; ++c) {
      subtract_product(x[s.upper[c]], upper_[c], x[k]);
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::uint32_t c = s.lower_row[k]; c < s.lower_row[k + 1]; ++c) {
      subtract_product(x[s.lower[c]], lower_[c], x[k]);
    }
  }
}

void WaveSolver::solve(std::span<WaveLanes> waves) {
  own_.empty() ? solve_any(shared_, waves) : solve_any(own_, waves);
}

void WaveSolver::solve_transposed(std::span<WaveLanes> waves) {
  own_.empty() ? solve_transposed_any(shared_, waves) : solve_transposed_any(own_, waves);
}

template <class M>
void WaveSolver::solve_any(std::span<const M> matrices, std::span<WaveLanes> waves) {
  const WaveStructure& s = structure_;
  if (s.feed_forward) {
    for (const std::uint32_t port : s.order) {
      WaveLanes sum = waves[port];
      for (std::uint32_t t = s.row[port]; t < s.row[port + 1]; ++t) {
        const WaveStructure::Term& term = s.terms[t];
        add_product(sum, matrices[term.entry], waves[term.from]);
      }
      waves[port] = sum;
    }
    for (std::size_t i = 0; i < waves.size(); ++i) {
      if (s.position[i] == none) waves[i] = WaveLanes{};
    }
    return;
  }
  const std::size_t n = s.order.size();
  for (std::size_t k = 0; k < n; ++k) right_[k] = waves[s.order[k]];
  refine([this](std::vector<WaveLanes>& x) { substitute(x); },
         [&] {
           std::fill(waves.begin(), waves.end(), WaveLanes{});
           for (std::size_t k = 0; k < n; ++k) waves[s.order[k]] = work_[k];
           for (std::size_t k = 0; k < n; ++k) {
             const std::uint32_t port = s.order[k];
             WaveLanes sum = right_[k];
             for (std::uint32_t t = s.row[port]; t < s.row[port + 1]; ++t) {
               const WaveStructure::Term& term = s.terms[t];
               add_product(sum, matrices[term.entry], waves[term.from]);
             }
             subtract(sum, work_[k]);
             change_[k] = sum;
           }
         });
}

/// Solves for right_ into work_; `residual` puts what is left of right_ into change_.
template <class Substitute, class Residual>
void WaveSolver::refine(const Substitute& substitute_in, const Residual& residual) {
  work_.assign(right_.begin(), right_.end());
  substitute_in(work_);
  for (int step = 0;; ++step) {
    residual();
    std::array<double, lanes> size{};
    std::array<double, lanes> rest{};
    Lanes poison{};  // not a number when a part of the rest is not finite
    for (std::size_t k = 0; k < work_.size(); ++k) {
      poison += 0.0 * change_[k].re + 0.0 * change_[k].im;
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        size[lane] = std::max(size[lane], largest(work_[k], lane));
        rest[lane] = std::max(rest[lane], largest(change_[k], lane));
      }
    }
    double worst = 0.0;
    bool finite = true;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      finite = finite && poison[lane] == 0.0;
      if (rest[lane] > worst * size[lane]) worst = rest[lane] / size[lane];
    }
    if (finite && worst <= refine_limit) return;
    if (step == most_refinements || !finite || !std::isfinite(worst)) {
      if (finite && worst <= residual_limit) return;
      throw base::Error("scattering.residual",
                        finite ? "the waves break the network's equations by " +
                                     base::shortest(worst) + " of the largest"
                               : std::string("the waves of the network are not finite"),
                        "a loop without loss is near its resonance: give it a loss, or move the "
                        "wavelength");
    }
    substitute_in(change_);
    for (std::size_t k = 0; k < work_.size(); ++k) {
      work_[k].re += change_[k].re;
      work_[k].im += change_[k].im;
    }
  }
}

template <class M>
void WaveSolver::solve_transposed_any(std::span<const M> matrices, std::span<WaveLanes> waves) {
  const WaveStructure& s = structure_;
  const std::size_t n = s.order.size();
  if (s.feed_forward) {
    for (std::size_t k = n; k-- > 0;) {
      const std::uint32_t port = s.order[k];
      for (std::uint32_t t = s.row[port]; t < s.row[port + 1]; ++t) {
        const WaveStructure::Term& term = s.terms[t];
        add_product(waves[term.from], matrices[term.entry], waves[port]);
      }
    }
  } else {
    for (std::size_t k = 0; k < n; ++k) right_[k] = waves[s.order[k]];
    refine([this](std::vector<WaveLanes>& x) { substitute_transposed(x); },
           [&] {
             for (std::size_t k = 0; k < n; ++k) {
               change_[k] = right_[k];
               subtract(change_[k], work_[k]);
             }
             for (std::size_t k = 0; k < n; ++k) {
               const std::uint32_t port = s.order[k];
               for (std::uint32_t t = s.row[port]; t < s.row[port + 1]; ++t) {
                 const WaveStructure::Term& term = s.terms[t];
                 const std::uint32_t at = s.position[term.from];
                 if (at != none) add_product(change_[at], matrices[term.entry], work_[k]);
               }
             }
           });
    for (std::size_t k = 0; k < n; ++k) waves[s.order[k]] = work_[k];
  }
  for (std::size_t i = 0; i < waves.size(); ++i) {
    if (s.position[i] == none) waves[i] = WaveLanes{};
  }
}

}  // namespace neucasl::scattering
