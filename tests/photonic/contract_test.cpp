#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "models.hpp"
#include "network.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::photonic {
namespace {

constexpr int points = 250;

struct Sample {
  std::vector<double> parameters;
  std::vector<double> derived;
  std::vector<double> unknowns;
  std::vector<double> span;  ///< Width of each unknown's range.
  model::Environment environment;
};

double draw(double low, double high, base::RandomStream& random) {
  const double u = random.uniform();
  // Ranges over many orders are drawn by their logarithm half of the time.
  if (low > 0.0 && high / low > 1e3 && random.uniform() < 0.5) {
    return low * std::pow(high / low, u);
  }
  return low + (high - low) * u;
}

/// A point of the whole declared range of parameters and unknowns.
Sample draw_sample(const model::DeviceModel& model, base::RandomStream& random) {
  const model::Specification& s = model.specification();
  Sample sample;
  sample.environment.temperature = draw(250.0, 400.0, random);
  sample.environment.carriers =
      s.name == "semiconductor_optical_amplifier" ? 1 : 1 + static_cast<int>(random.below(4));
  for (const model::Parameter& p : s.parameters) {
    double value = draw(p.low, p.high, random);
    if (p.name == "count") value = std::round(value);
    sample.parameters.push_back(base::scaled(value, base::parse_unit(p.unit)).value);
    // Indices are linear in the wavelength around the reference.
    if (p.name == "reference_wavelength" || p.name == "resonance_wavelength") {
      sample.environment.wavelength = sample.parameters.back() * draw(0.95, 1.05, random);
    }
  }
  for (const model::Terminal& t : s.terminals) {
    for (int i = 0; i < model::unknowns_of(t.discipline); ++i) {
      sample.unknowns.push_back(draw(-t.limit, t.limit, random));
      sample.span.push_back(2.0 * t.limit);
    }
  }
  for (const model::Internal& internal : s.internals) {
    sample.unknowns.push_back(draw(internal.low, internal.high, random));
    sample.span.push_back(internal.high - internal.low);
  }
  sample.derived.resize(model.derived_size());
  model.derive(sample.parameters, sample.environment, sample.derived);
  return sample;
}

struct Values {
  explicit Values(std::size_t n)
      : flow(n), storage(n), flow_jacobian(n * n), storage_jacobian(n * n) {}
  std::vector<double> flow, storage, flow_jacobian, storage_jacobian;
};

Values evaluate(const model::DeviceModel& model, const Sample& sample,
                std::span<const double> unknowns) {
  Values values(unknowns.size());
  model.evaluate(sample.derived, unknowns,
                 {values.flow, values.storage, values.flow_jacobian, values.storage_jacobian});
  return values;
}

class EachModel : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<model::DeviceModel> model_{make_model(GetParam())};
  base::RandomStream random_{7, "photonic/contract/" + GetParam()};
};

TEST_P(EachModel, HasASoundSpecification) {
  ASSERT_NE(model_, nullptr);
  EXPECT_EQ(model_->specification().name, GetParam());
  EXPECT_TRUE(model::faults(model_->specification()).empty());
  EXPECT_EQ(model_->specification().family, "photonic");
}

TEST_P(EachModel, IsFiniteInAndBeyondItsRange) {
  for (int k = 0; k < points; ++k) {
    const Sample sample = draw_sample(*model_, random_);
    for (const double stretch : {1.0, 3.0}) {
      std::vector<double> x = sample.unknowns;
      for (double& value : x) value *= stretch;
      const Values values = evaluate(*model_, sample, x);
      for (const auto* part :
           {&values.flow, &values.storage, &values.flow_jacobian, &values.storage_jacobian}) {
        for (const double value : *part) ASSERT_TRUE(std::isfinite(value));
      }
    }
  }
}

/// Smallest error over several steps: a sharp resonance needs a small one, a flat one a large one.
double difference_error(const model::DeviceModel& model, const Sample& sample, std::size_t i,
                        std::size_t j, bool storage, double exact) {
  double best = HUGE_VAL;
  for (double step = 1e-3; step > 1e-11; step *= 0.1) {
    std::vector<double> x = sample.unknowns;
    const double h = step * sample.span[j];
    const auto at = [&](double value) {
      x[j] = value;
      Values values(x.size());
      model.evaluate(sample.derived, x, {values.flow, values.storage, {}, {}});
      return storage ? values.storage[i] : values.flow[i];
    };
    const double up = at(sample.unknowns[j] + h);
    const double down = at(sample.unknowns[j] - h);
    best = std::min(best, std::abs((up - down) / (2.0 * h) - exact));
  }
  return best;
}

TEST_P(EachModel, JacobianIsThatOfCentralDifferences) {
  const std::size_t n = model_->specification().unknowns();
  for (int k = 0; k < points; ++k) {
    const Sample sample = draw_sample(*model_, random_);
    const Values values = evaluate(*model_, sample, sample.unknowns);
    for (const bool storage : {false, true}) {
      const auto& jacobian = storage ? values.storage_jacobian : values.flow_jacobian;
      for (std::size_t i = 0; i < n; ++i) {
        // Differences of a value carry its rounding.
        const double value = storage ? values.storage[i] : values.flow[i];
        double scale = std::max(std::abs(value), 1e-300);
        for (std::size_t j = 0; j < n; ++j) {
          scale = std::max(scale, std::abs(jacobian[i * n + j]) * sample.span[j]);
        }
        for (std::size_t j = 0; j < n; ++j) {
          const double error =
              difference_error(*model_, sample, i, j, storage, jacobian[i * n + j]);
          ASSERT_LE(error * sample.span[j], 1e-6 * scale)
              << "row " << i << " column " << j << " value " << jacobian[i * n + j];
        }
      }
    }
  }
}

TEST_P(EachModel, SymbolicFormEqualsTheCompiledOne) {
  for (int k = 0; k < points; ++k) {
    const Sample sample = draw_sample(*model_, random_);
    const Values values = evaluate(*model_, sample, sample.unknowns);
    const model::SymbolicForm form = model_->symbolic(sample.derived);
    const std::size_t n = values.flow.size();
    ASSERT_EQ(form.flow.size(), n);
    ASSERT_EQ(form.storage.size(), n);
    for (std::size_t i = 0; i < n; ++i) {
      double scale = std::abs(values.flow[i]);
      for (std::size_t j = 0; j < n; ++j) {
        scale = std::max(scale, std::abs(values.flow_jacobian[i * n + j]) * sample.span[j]);
      }
      EXPECT_NEAR(model::evaluate(form.flow[i], sample.unknowns), values.flow[i], 1e-12 * scale);
      EXPECT_NEAR(model::evaluate(form.storage[i], sample.unknowns), values.storage[i],
                  1e-12 * std::abs(values.storage[i]));
    }
  }
}

TEST_P(EachModel, ConservesChargeAtElectricalPins) {
  const model::Specification& s = model_->specification();
  for (int k = 0; k < points; ++k) {
    const Sample sample = draw_sample(*model_, random_);
    const Values values = evaluate(*model_, sample, sample.unknowns);
    double current = 0.0, charge = 0.0, most_current = 0.0, most_charge = 0.0;
    const auto add = [&](std::size_t i) {
      current += values.flow[i];
      charge += values.storage[i];
      most_current = std::max(most_current, std::abs(values.flow[i]));
      most_charge = std::max(most_charge, std::abs(values.storage[i]));
    };
    std::size_t unknown = 0;
    for (const model::Terminal& t : s.terminals) {
      if (t.discipline == ir::Discipline::electrical) add(unknown);
      unknown += static_cast<std::size_t>(model::unknowns_of(t.discipline));
    }
    for (const model::Internal& internal : s.internals) {
      if (internal.dimension == base::dimension::voltage) add(unknown);
      ++unknown;
    }
    EXPECT_LE(std::abs(current), 1e-12 * most_current);
    EXPECT_LE(std::abs(charge), 1e-12 * most_charge);
  }
}

TEST_P(EachModel, ManifestNamesIt) {
  std::ifstream file(std::string(NEUCASL_SOURCE_FOLDER) + "/plugins/photonic/manifest.xml");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find("<model name=\"" + GetParam() + "\"/>"), std::string::npos);
}

std::vector<std::string> all_models() {
  std::vector<std::string> names;
  for (const std::string_view name : model_names()) names.emplace_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Photonic, EachModel, testing::ValuesIn(all_models()),
                         [](const auto& test) { return test.param; });

TEST(Contract, ThereAreModelsAndNoneOfAnUnknownName) {
  EXPECT_GE(model_names().size(), 21u);
  EXPECT_EQ(make_model("ring"), nullptr);
}

}  // namespace
}  // namespace neucasl::photonic
