#include <Eigen/Dense>
#include <complex>

#include "bank_bench.hpp"
#include "circuits/clements.hpp"
#include "circuits/given_numbers.hpp"
#include "circuits/matrix_file.hpp"
#include "circuits/mesh_factors.hpp"

namespace neucasl::photonic {
namespace {

using MziMesh = CircuitBench;

Eigen::MatrixXd drawn(Eigen::Index rows, Eigen::Index columns) {
  return random_matrix(rows, columns, {-1.0, 1.0, 7, "test"});
}

Eigen::MatrixXcd random_unitary(Eigen::Index n) {
  const Eigen::MatrixXcd m =
      drawn(n, n).cast<std::complex<double>>() +
      std::complex<double>(0.0, 1.0) * random_matrix(n, n, {-1.0, 1.0, 8, "test"});
  return Eigen::HouseholderQR<Eigen::MatrixXcd>(m).householderQ();
}

TEST(Clements, GivesBackTheUnitaryMatrix) {
  for (const Eigen::Index n : {1, 2, 3, 8, 17, 64}) {
    const Eigen::MatrixXcd u = random_unitary(n);
    const Mesh mesh = decompose(u);
    EXPECT_EQ(mesh.cells.size(), static_cast<std::size_t>(n * (n - 1) / 2));
    EXPECT_LE(mesh.depth(), n);
    EXPECT_LT((reconstruct(mesh) - u).norm() / u.norm(), 1e-12) << n;
  }
}

TEST(Clements, CellIsItsMatrix) {
  // T(theta, phi) as the header has it, by hand.
  Mesh mesh;
  mesh.input_phases = {0.3, -0.7};
  mesh.cells = {{0, 0, 1.1, 0.4}};
  const std::complex<double> j(0.0, 1.0);
  Eigen::Matrix2cd b;
  b << 1.0, j, j, 1.0;
  b /= std::sqrt(2.0);
  const Eigen::Vector2cd outer(std::exp(0.4 * j), 1.0);
  const Eigen::Vector2cd inner(std::exp(1.1 * j), 1.0);
  const Eigen::Vector2cd front(std::exp(0.3 * j), std::exp(-0.7 * j));
  const Eigen::Matrix2cd expected =
      outer.asDiagonal() * b * inner.asDiagonal() * b * front.asDiagonal();
  EXPECT_LT((reconstruct(mesh) - expected).norm(), 1e-15);
}

TEST(Clements, RefusesWhatIsNotUnitary) {
  Eigen::MatrixXcd u = Eigen::MatrixXcd::Identity(3, 3);
  u(0, 0) = 1.001;
  EXPECT_THROW(decompose(u), base::Error);
  EXPECT_THROW(decompose(Eigen::MatrixXcd::Identity(2, 3)), base::Error);
}

TEST(MeshFactors, GiveBackTheMatrix) {
  for (const auto& [rows, columns] :
       {std::pair{8, 8}, {64, 64}, {3, 5}, {5, 3}, {1, 4}, {4, 1}, {1, 1}}) {
    const Eigen::MatrixXd m = drawn(rows, columns);
    EXPECT_LT(relative_error(transfer(factorise(m)), m), 1e-12) << rows << " x " << columns;
  }
}

TEST(MeshFactors, LossShrinksEveryPathOfOneDepth) {
  // All paths of a 2 x 2 mesh pass three interferometers.
  const Eigen::MatrixXd m = drawn(2, 2);
  EXPECT_LT(relative_error(transfer(factorise(m), 0.9) / std::pow(0.9, 3), m), 1e-12);
}

TEST(MeshFactors, RefuseZeros) {
  EXPECT_THROW(factorise(Eigen::MatrixXd::Zero(2, 2)), base::Error);
  EXPECT_THROW(attenuator(1.1, 0.0), std::invalid_argument);
}

TEST(MatrixFile, NamesLineAndColumn) {
  const auto where = [](const std::string& text) {
    try {
      parse_matrix(text, "m.csv");
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "photonic.matrix");
      return base::to_string(error.diagnostic().where);
    }
    return std::string("read");
  };
  EXPECT_EQ(where("1, 2\n# note\n3, x\n"), "m.csv:3:4");
  EXPECT_EQ(where("1, 2\n3\n"), "m.csv:2:1");
  EXPECT_EQ(where("1,,2\n"), "m.csv:1:3");
  EXPECT_EQ(where("1, nan\n"), "m.csv:1:4");
  EXPECT_EQ(where("# nothing\n"), "m.csv:1:1");
  EXPECT_EQ(where("1, 2\n+3, -4e-1\n"), "read");
}

TEST_F(MziMesh, EightByEightInBothSimulators) {
  const auto design = build("mzi_mesh", {}, ngspice_.get());
  EXPECT_EQ(figure(design, "interferometers"), 64.0);
  EXPECT_LE(figure(design, "reconstruction_error"), 1e-12);
  EXPECT_LE(figure(design, "simulated_error"), 1e-9);
  expect_good(design, 1e-9);
}

TEST_F(MziMesh, RectangularFromFileWithFields) {
  const std::string matrix = file("matrix.csv", "0.5, -1, 0.25\n2, 0, -0.125\n");
  const std::string vector = file("vector.csv", "1\n-0.5\n0.75\n");
  const auto design = build(
      "mzi_mesh",
      {{"matrix", matrix}, {"vector", vector}, {"detection", "field"}, {"verification", "matrix"}},
      native_.get());
  EXPECT_LE(figure(design, "simulated_error"), 1e-9);
  expect_good(design, 1e-9);
  const double unit = std::sqrt(1e-3) / figure(design, "scale");
  EXPECT_NEAR(design.expectations[0].value, unit * (0.5 + 0.5 + 0.1875), 1e-12);
}

TEST_F(MziMesh, LossIsInTheExpectation) {
  const auto design =
      build("mzi_mesh",
            {{"rows", "3"}, {"columns", "4"}, {"interferometer", "interferometer_lightening"}});
  EXPECT_GT(figure(design, "loss_error"), 0.1);
  expect_good(design, 1e-6);
}

TEST_F(MziMesh, SixtyFourBySixtyFourInNgspice) {
  const auto design =
      build("mzi_mesh", {{"rows", "64"}, {"columns", "64"}, {"form", "equivalent"}});
  EXPECT_LE(figure(design, "reconstruction_error"), 1e-12);
  expect_good(design, 1e-9);
}

TEST_F(MziMesh, EquivalentIsTheDevices) {
  const GivenTexts shape{{"rows", "3"},
                         {"columns", "5"},
                         {"detection", "field"},
                         {"interferometer", "interferometer_lightening"}};
  GivenTexts other = shape;
  other.emplace_back("form", "equivalent");
  const auto devices = build("mzi_mesh", shape);
  const auto equivalent = build("mzi_mesh", other, ngspice_.get());
  EXPECT_GT(figure(equivalent, "simulated_error"), 0.1);  // from the target, by loss
  expect_good(equivalent, 1e-9);
  ASSERT_EQ(devices.expectations.size(), equivalent.expectations.size());
  for (std::size_t i = 0; i < devices.expectations.size(); ++i) {
    EXPECT_NEAR(devices.expectations[i].value, std::sqrt(1e-3) * equivalent.expectations[i].value,
                1e-14);
  }
}

TEST_F(MziMesh, RefusesAVectorThatDoesNotFit) {
  const std::string vector = file("short.csv", "1, 2, 3\n");
  EXPECT_EQ(refusal("mzi_mesh", {{"vector", vector}}).code, "photonic.vector");
  EXPECT_EQ(refusal("mzi_mesh", {{"detector", "microdisk_dwdm"}}).code, "photonic.card");
}

}  // namespace
}  // namespace neucasl::photonic
