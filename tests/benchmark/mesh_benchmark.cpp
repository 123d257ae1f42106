// Real matrices as meshes of interferometers: singular values and decomposition, the closed form of
// the meshes, and sending vectors through them, each beside the dense product with Eigen.
#include <benchmark/benchmark.h>

#include <Eigen/Dense>

#include "neucasl/base/random.hpp"
#include "photonic/circuits/mesh_factors.hpp"

namespace {

using namespace neucasl;

Eigen::MatrixXd random_matrix(Eigen::Index n) {
  Eigen::MatrixXd matrix(n, n);
  base::RandomStream random(1, "benchmark");
  for (Eigen::Index k = 0; k < n; ++k) {
    for (Eigen::Index i = 0; i < n; ++i) matrix(i, k) = 2.0 * random.uniform() - 1.0;
  }
  return matrix;
}

/// Q of the QR decomposition.
Eigen::MatrixXcd random_unitary(Eigen::Index n) {
  return Eigen::HouseholderQR<Eigen::MatrixXcd>(random_matrix(n).cast<std::complex<double>>())
      .householderQ();
}

void decompose_unitary(benchmark::State& state) {
  const Eigen::MatrixXcd u = random_unitary(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(photonic::decompose(u));
}
BENCHMARK(decompose_unitary)->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);

void factorise_matrix(benchmark::State& state) {
  const Eigen::MatrixXd m = random_matrix(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(photonic::factorise(m));
}
BENCHMARK(factorise_matrix)->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);

void reconstruct_matrix(benchmark::State& state) {
  const Eigen::MatrixXd m = random_matrix(state.range(0));
  const photonic::MeshFactors factors = photonic::factorise(m);
  double error = 0.0;
  for (auto _ : state) error = photonic::relative_error(photonic::transfer(factors), m);
  state.counters["error"] = error;
}
BENCHMARK(reconstruct_matrix)->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);

/// What `reconstruct_matrix` replaces: the product of the three dense factors.
void dense_product_of_factors(benchmark::State& state) {
  const Eigen::MatrixXcd u = random_unitary(state.range(0));
  const Eigen::MatrixXcd v = random_unitary(state.range(0));
  const Eigen::VectorXcd s = Eigen::VectorXcd::LinSpaced(u.rows(), 1.0, 0.1);
  for (auto _ : state) {
    Eigen::MatrixXcd m = u * s.asDiagonal() * v;
    benchmark::DoNotOptimize(m.data());
  }
}
BENCHMARK(dense_product_of_factors)->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);

void propagate_vectors(benchmark::State& state) {
  const Eigen::Index n = state.range(0);
  const photonic::Mesh mesh = photonic::decompose(random_unitary(n));
  const Eigen::MatrixXcd inputs =
      random_matrix(n).leftCols(state.range(1)).cast<std::complex<double>>();
  for (auto _ : state) {
    Eigen::MatrixXcd amplitudes = inputs;
    photonic::propagate(mesh, amplitudes);
    benchmark::DoNotOptimize(amplitudes.data());
  }
}
BENCHMARK(propagate_vectors)->Args({256, 1})->Args({256, 64})->Unit(benchmark::kMicrosecond);

void dense_product_with_vectors(benchmark::State& state) {
  const Eigen::Index n = state.range(0);
  const Eigen::MatrixXcd u = random_unitary(n);
  const Eigen::MatrixXcd inputs =
      random_matrix(n).leftCols(state.range(1)).cast<std::complex<double>>();
  for (auto _ : state) {
    Eigen::MatrixXcd outputs = u * inputs;
    benchmark::DoNotOptimize(outputs.data());
  }
}
BENCHMARK(dense_product_with_vectors)
    ->Args({256, 1})
    ->Args({256, 64})
    ->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
