// What holds for every model of the family.
#include "checks.hpp"
#include "memristor/models/library.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/xml.hpp"
#include "neucasl/model/symbol.hpp"

namespace neucasl::memristor_models {
namespace {

constexpr int points = 400;

class Models : public testing::TestWithParam<const char*> {
 protected:
  const std::unique_ptr<model::DeviceModel> model{make_model(GetParam())};
  base::RandomStream random{7, std::string("test/") + GetParam()};
};

TEST_P(Models, SpecificationHasNoFault) {
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->specification().name, GetParam());
  EXPECT_EQ(model::faults(model->specification()), std::vector<std::string>{});
  EXPECT_EQ(model->specification().unknowns(), 2 + model->specification().internals.size());
}

TEST_P(Models, JacobianIsThatOfFiniteDifferences) {
  const model::Specification& s = model->specification();
  int compared = 0;
  int kinks = 0;
  for (int k = 0; k < points; ++k) {
    const RandomPoint point = random_point(*model, random);
    const Values at = evaluate(*model, point);
    const std::size_t n = point.unknowns.size();
    for (std::size_t j = 0; j < n; ++j) {
      const double step = 1e-6 * scale_of(s, j);
      RandomPoint above = point;
      RandomPoint below = point;
      above.unknowns[j] += step;
      below.unknowns[j] -= step;
      const Values up = evaluate(*model, above);
      const Values down = evaluate(*model, below);
      for (std::size_t i = 0; i < n; ++i) {
        double row = std::abs(at.flow[i]);
        for (std::size_t c = 0; c < n; ++c) {
          row = std::max(row, std::abs(at.flow_jacobian[i * n + c]) * scale_of(s, c));
        }
        const double scale = scale_of(s, j);
        const double forward = (up.flow[i] - at.flow[i]) / step * scale;
        const double backward = (at.flow[i] - down.flow[i]) / step * scale;
        if (std::abs(forward - backward) > 1e-3 * row) {
          ++kinks;
          continue;
        }
        ++compared;
        EXPECT_NEAR(at.flow_jacobian[i * n + j] * scale, 0.5 * (forward + backward), 1e-6 * row)
            << s.name << " row " << i << " column " << j << " point " << k;
        EXPECT_EQ(at.storage_jacobian[i * n + j], (i >= 2 && i == j) ? 1.0 : 0.0);
      }
    }
  }
  EXPECT_GT(compared, 200 * 9);
  EXPECT_LT(kinks, compared / 100);
}

TEST_P(Models, IsFiniteAlsoBeyondTheRange) {
  for (int k = 0; k < points; ++k) {
    RandomPoint point = random_point(*model, random);
    // An engine steps outside before it converges.
    if (k % 2 == 1) {
      for (double& unknown : point.unknowns) unknown *= 3.0;
    }
    const Values at = evaluate(*model, point);
    for (const auto* list : {&at.flow, &at.storage, &at.flow_jacobian, &at.storage_jacobian}) {
      for (const double value : *list) EXPECT_TRUE(std::isfinite(value)) << GetParam() << k;
    }
  }
}

TEST_P(Models, SymbolicFormIsTheCompiledOne) {
  for (int k = 0; k < points; ++k) {
    const RandomPoint point = random_point(*model, random);
    const Values at = evaluate(*model, point);
    const model::SymbolicForm form = model->symbolic(point.derived);
    const std::size_t n = point.unknowns.size();
    ASSERT_EQ(form.flow.size(), n);
    std::vector<double> gradient(n);
    for (std::size_t i = 0; i < n; ++i) {
      const double value = model::evaluate(form.flow[i], point.unknowns, gradient);
      double row = 0.0;
      for (std::size_t j = 0; j < n; ++j) {
        row = std::max(row, std::abs(at.flow_jacobian[i * n + j]));
      }
      // A flow may be a small difference of large terms, whose size the row of the Jacobian tells.
      EXPECT_NEAR(value, at.flow[i], 1e-12 * (std::abs(at.flow[i]) + row) + 1e-300) << i;
      for (std::size_t j = 0; j < n; ++j) {
        EXPECT_NEAR(gradient[j], at.flow_jacobian[i * n + j], 1e-9 * row + 1e-300) << i << j;
      }
      EXPECT_EQ(model::evaluate(form.storage[i], point.unknowns), at.storage[i]);
    }
  }
}

TEST_P(Models, ConservesChargeTakesPowerAndIsPinched) {
  for (int k = 0; k < points; ++k) {
    RandomPoint point = random_point(*model, random);
    const Values at = evaluate(*model, point);
    EXPECT_EQ(at.flow[0] + at.flow[1], 0.0);
    EXPECT_EQ(at.storage[0] + at.storage[1], 0.0);
    EXPECT_GE(at.flow[0] * (point.unknowns[0] - point.unknowns[1]), 0.0);
    point.unknowns[1] = point.unknowns[0];
    EXPECT_EQ(evaluate(*model, point).flow[0], 0.0);
  }
}

TEST_P(Models, MemoryStaysBetweenItsEnds) {
  const model::Specification& s = model->specification();
  if (s.internals[0].kind != model::InternalKind::memory) GTEST_SKIP() << "no memory";
  int returns_from_0 = 0;
  int returns_from_1 = 0;
  for (int k = 0; k < points; ++k) {
    RandomPoint point = random_point(*model, random);
    const auto rate = [&](double state) {
      point.unknowns[2] = state;
      return -evaluate(*model, point).flow[2];
    };
    EXPECT_GE(rate(0.0), 0.0);
    EXPECT_LE(rate(1.0), 0.0);
    // Beyond an end the state comes back or stays.
    EXPECT_GE(rate(-0.01), 0.0);
    EXPECT_LE(rate(1.01), 0.0);
    returns_from_0 += rate(0.0) > 0.0 ? 1 : 0;
    returns_from_1 += rate(1.0) < 0.0 ? 1 : 0;
  }
  EXPECT_GT(returns_from_0, points / 20);
  EXPECT_GT(returns_from_1, points / 20);
}

TEST_P(Models, VariationIsOneFixedDrawPerSampleAndStaysInRange) {
  const model::Specification& s = model->specification();
  for (int k = 0; k < 50; ++k) {
    const RandomPoint point = random_point(*model, random);
    std::vector<double> first = point.parameters;
    std::vector<double> again = point.parameters;
    const auto sample = static_cast<std::uint64_t>(k);
    base::RandomStream a(3, "variation", sample);
    base::RandomStream b(3, "variation", sample);
    model->sample_variation(first, a);
    model->sample_variation(again, b);
    EXPECT_EQ(first, again);
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_NO_THROW(model::check_parameter(s, i, first[i], s.name)) << s.parameters[i].name;
    }
  }
}

TEST_P(Models, AgedParametersStayInRange) {
  const model::Specification& s = model->specification();
  for (int k = 0; k < 50; ++k) {
    std::vector<double> aged = random_point(*model, random).parameters;
    model->age(aged, {1e8, 400.0, 1.0, 1.0, 1e9});
    for (std::size_t i = 0; i < aged.size(); ++i) {
      EXPECT_NO_THROW(model::check_parameter(s, i, aged[i], s.name)) << s.parameters[i].name;
    }
  }
}

TEST_P(Models, ThermalNoiseIsNyquistsAtZeroBias) {
  const std::vector<double> parameters = model::default_parameters(model->specification());
  std::vector<double> derived(model->derived_size());
  model->derive(parameters, {}, derived);
  RandomPoint point{parameters, derived, std::vector<double>(model->specification().unknowns())};
  model->initial_internals(derived, std::span(point.unknowns).subspan(2));
  const double conductance = evaluate(*model, point).flow_jacobian[0];
  const auto sources = model->noise(derived, point.unknowns, {});
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_GT(conductance, 0.0);
  EXPECT_NEAR(sources[0].white, 4.0 * 1.380649e-23 * 300.0 * conductance, 1e-9 * sources[0].white);
  EXPECT_EQ(sources[0].flicker, 0.0);
}

INSTANTIATE_TEST_SUITE_P(All, Models,
                         testing::Values("linear_ion_drift", "phase_change_memory",
                                         "stanford_pku_reram", "threshold_selector", "vteam"),
                         [](const auto& info) { return std::string(info.param); });

TEST(ModelLibrary, HasWhatTheManifestNames) {
  const std::string file = std::string(NEUCASL_SOURCE_FOLDER) + "/plugins/memristor/manifest.xml";
  const base::XmlElement root = base::parse_xml(base::read_file(file), file, "plugin");
  int named = 0;
  for (const base::XmlElement& child : root.children) {
    if (child.name != "model") continue;
    ++named;
    const std::unique_ptr<model::DeviceModel> model(make_model(child.required("name")));
    EXPECT_NE(model, nullptr) << child.required("name");
  }
  EXPECT_EQ(named, 5);
  EXPECT_EQ(make_model("resistor"), nullptr);
}

}  // namespace
}  // namespace neucasl::memristor_models
