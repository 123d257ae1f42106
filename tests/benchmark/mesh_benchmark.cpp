// Real matrices as meshes of interferometers: singular values and decomposition, the closed form of
// the meshes, and sending vectors through them, each beside the dense product with Eigen.
#include <benchmark/benchmark.h>

#include <Eigen/Dense>

#include "comparison.hpp"
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

/// Singular values and both meshes, against the singular values alone.
void factorise_matrix(benchmark::State& state) {
  const Eigen::MatrixXd m = random_matrix(state.range(0));
  benchmarks::Comparison one;
  one.reference = "Eigen BDCSVD";
  one.limit_seconds = 1.0;
  for (auto _ : state) {
    one.seconds =
        benchmarks::best_seconds(3, [&] { benchmark::DoNotOptimize(photonic::factorise(m)); });
  }
  one.reference_seconds = benchmarks::best_seconds(3, [&] {
    benchmark::DoNotOptimize(
        Eigen::BDCSVD<Eigen::MatrixXd>(m, Eigen::ComputeFullU | Eigen::ComputeFullV));
  });
  benchmarks::record(state, one);
}
BENCHMARK(factorise_matrix)->Arg(64)->Arg(256)->Iterations(1)->Unit(benchmark::kMillisecond);

/// The matrix of both meshes by their closed form, against the product of the dense factors.
void reconstruct_matrix(benchmark::State& state) {
  const Eigen::MatrixXd m = random_matrix(state.range(0));
  const photonic::MeshFactors factors = photonic::factorise(m);
  benchmarks::Comparison one;
  one.reference = "dense product of the factors";
  one.error_limit = 1e-12;
  for (auto _ : state) {
    one.seconds = benchmarks::best_seconds(
        9, [&] { one.error = photonic::relative_error(photonic::transfer(factors), m); });
  }
  const Eigen::MatrixXcd u = random_unitary(state.range(0));
  const Eigen::VectorXcd s = Eigen::VectorXcd::LinSpaced(u.rows(), 1.0, 0.1);
  one.reference_seconds = benchmarks::best_seconds(9, [&] {
    Eigen::MatrixXcd product = u * s.asDiagonal() * u;
    benchmark::DoNotOptimize(product.data());
  });
  benchmarks::record(state, one);
}
BENCHMARK(reconstruct_matrix)->Arg(64)->Arg(256)->Iterations(1)->Unit(benchmark::kMillisecond);

/// Vectors through one mesh, against the dense product.
void propagate_vectors(benchmark::State& state) {
  const Eigen::Index n = state.range(0);
  const Eigen::MatrixXcd u = random_unitary(n);
  const photonic::Mesh mesh = photonic::decompose(u);
  const Eigen::MatrixXcd inputs =
      random_matrix(n).leftCols(state.range(1)).cast<std::complex<double>>();
  benchmarks::Comparison one;
  one.reference = "dense product";
  one.error_limit = 1e-12;
  Eigen::MatrixXcd amplitudes;
  for (auto _ : state) {
    one.seconds = benchmarks::best_seconds(9, [&] {
      amplitudes = inputs;
      photonic::propagate(mesh, amplitudes);
    });
  }
  Eigen::MatrixXcd outputs;
  one.reference_seconds = benchmarks::best_seconds(9, [&] { outputs.noalias() = u * inputs; });
  one.error = (amplitudes - outputs).norm() / outputs.norm();
  benchmarks::record(state, one);
}
BENCHMARK(propagate_vectors)
    ->Args({256, 1})
    ->Args({256, 64})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
