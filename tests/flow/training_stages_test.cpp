#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>

#include "../cli/program.hpp"

// Stages that train in analog: figures, the network they hand on, refusals.

namespace neucasl::test {
namespace {

class TrainingStages : public ::testing::Test {
 protected:
  Result run(const std::string& stages, const std::string& options = "") {
    write(folder_ / "flow.xml", "<flow name=\"training\" seed=\"1\">\n" + stages + "</flow>\n");
    return neucasl("run " + (folder_ / "flow.xml").string() + " --quiet --out " +
                   (folder_ / "out").string() + ' ' + options);
  }
  [[nodiscard]] std::string table(const std::string& name) const {
    return read(folder_ / "out" / "tables" / (name + ".csv"));
  }

  ScratchFolder folder_;
};

/// The exclusive or, whose four images train in no time.
std::string stage(const std::string& kind, const std::string& more) {
  return "  <stage name=\"training\" kind=\"" + kind +
         "\" topology=\"multilayer-perceptron\" hidden=\"8\" dataset=\"xor\" batch=\"4\" "
         "learning_rate_factor=\"1\" " +
         more + "/>\n";
}

const std::regex all_right("Accuracy, trained in analog +100 %");

const std::string precision_stage =
    "  <stage name=\"precision\" kind=\"precision\" weight_bits=\"8\" activation_bits=\"8\"/>\n";

TEST_F(TrainingStages, DevicesLearnTheExclusiveOrAndHandTheNetworkOn) {
  const Result result =
      run(stage("analog-training", "epochs=\"200\" learning_rate=\"0.2\"") + precision_stage);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(std::regex_search(result.out, all_right)) << result.out;
  EXPECT_TRUE(std::regex_search(result.out, std::regex("Float less analog, points +0\n")));
  for (const char* label : {"Pulses on a device, mean", "Energy of all pulses in the devices",
                            "Time of all updates", "Endurance consumed, most"}) {
    EXPECT_NE(result.out.find(label), std::string::npos) << label << '\n' << result.out;
  }
  const std::string curves = table("training_analog_and_float");
  EXPECT_EQ(std::count(curves.begin(), curves.end(), '\n'), 201);
  const std::string report = read(folder_ / "out" / "report.html");
  EXPECT_NE(report.find("Accuracy on the test images after each epoch"), std::string::npos);
  EXPECT_NE(table("numbers_used").find("potentiation_curvature"), std::string::npos);
}

TEST_F(TrainingStages, TrainsOfPulsesLearnTheExclusiveOr) {
  const Result result = run(stage("analog-training",
                                  "epochs=\"300\" learning_rate=\"0.2\" momentum=\"0\" "
                                  "update=\"outer-product\" update_noise=\"false\" "
                                  "update_nonlinearity=\"false\" device_spread=\"false\""));
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(std::regex_search(result.out, all_right)) << result.out;
}

TEST_F(TrainingStages, BanksLearnTheExclusiveOr) {
  const Result result = run(stage("photonic-training",
                                  "epochs=\"200\" learning_rate=\"0.2\" plugin=\"photonic\" "
                                  "channels=\"4\" resonator=\"microdisk_dwdm\" tuning=\"alone\""));
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(std::regex_search(result.out, all_right)) << result.out;
}

TEST_F(TrainingStages, ConvolutionUnitsLearnTheExclusiveOrAndInfer) {
  const std::string unit =
      "plugin=\"photonic\" bank=\"convolution_unit\" channels=\"4\" bias_voltage=\"1.5 V\" "
      "full_scale=\"0.65\" programming_error=\"0.005\" resonance_error=\"0.002 nm\" ";
  const Result result =
      run(stage("photonic-training",
                "epochs=\"200\" learning_rate=\"0.2\" distinct_writes=\"4\" " + unit) +
          precision_stage +
          "  <stage name=\"accuracy\" kind=\"photonic-accuracy\" calibration_images=\"4\" "
          "weight_causes=\"true\" " +
          unit + "/>\n");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(std::regex_search(result.out, all_right)) << result.out;
  const std::string causes = table("accuracy_by_cause");
  for (const char* cause : {"errors of the resonances", "levels of the weight memory",
                            "programming errors of the weight memory"}) {
    EXPECT_NE(causes.find(cause), std::string::npos) << causes;
  }
  EXPECT_EQ(causes.find("drift of the weight memory"), std::string::npos) << causes;
}

/// Kills the run as soon as `state` is there.
void run_and_kill(const std::string& flow, const std::string& out, const std::string& state) {
  const std::string line = std::string(NEUCASL_BINARY_FOLDER) + "/bin/neucasl run " + flow +
                           " --quiet --out " + out + " >/dev/null 2>&1 & id=$!; while [ ! -f " +
                           state +
                           " ] && kill -0 $id 2>/dev/null; do sleep 0.01; done; kill -9 $id; wait";
  static_cast<void>(std::system(line.c_str()));
}

TEST_F(TrainingStages, AKilledTrainingGoesOnToTheSameResult) {
  const std::map<std::string, std::string> kinds = {
      {"analog-training", "epochs=\"600\" learning_rate=\"0.2\""},
      {"photonic-training",
       "epochs=\"600\" learning_rate=\"0.02\" plugin=\"photonic\" channels=\"4\" "
       "resonance_error=\"0.002 nm\" "
       "tuning=\"alone\" distinct_writes=\"4\""}};
  for (const auto& [kind, more] : kinds) {
    const Result whole = run(stage(kind, more));
    ASSERT_EQ(whole.code, 0) << whole.err;
    const std::string curves = table("training_analog_and_float");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out" / "stages" / "training" / "analog.state"));
    const std::filesystem::path out = folder_ / ("killed_" + kind);
    const std::filesystem::path state = out / "stages" / "training" / "analog.state";
    run_and_kill((folder_ / "flow.xml").string(), out.string(), state.string());
    ASSERT_TRUE(std::filesystem::exists(state)) << "the run was over before it was killed";
    const auto again = [&] {
      return neucasl("run " + (folder_ / "flow.xml").string() + " --quiet --out " + out.string());
    };
    const std::string kept = read(state);
    write(state, kept.substr(0, kept.size() / 2));
    const Result damaged = again();
    EXPECT_EQ(damaged.code, 2);
    EXPECT_NE(damaged.err.find("flow.checkpoint"), std::string::npos) << damaged.err;
    write(state, kept);
    const Result resumed = again();
    ASSERT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_EQ(read(out / "tables" / "training_analog_and_float.csv"), curves);
    EXPECT_EQ(read(out / "results.json"), read(folder_ / "out" / "results.json"));
    EXPECT_EQ(read(out / "stages" / "training" / "network.pb"),
              read(folder_ / "out" / "stages" / "training" / "network.pb"));
    EXPECT_FALSE(std::filesystem::exists(state));
  }
}

TEST_F(TrainingStages, ACurveOfANetworkTakesTwoEpochs) {
  for (const char* epochs : {"1", "2"}) {
    const Result result = run(
        std::string("<stage name=\"network\" kind=\"network\" topology=\"multilayer-perceptron\" "
                    "dataset=\"xor\" batch=\"4\" epochs=\"") +
        epochs + "\"/>\n");
    ASSERT_EQ(result.code, 0) << result.err;
    const bool drawn =
        read(folder_ / "out" / "report.html").find("Accuracy during training") != std::string::npos;
    EXPECT_EQ(drawn, std::string(epochs) == "2");
  }
}

/// Figures of trained networks follow the processor's vector width, so the README's are not
/// compared.
TEST_F(TrainingStages, TheExamplesTrainOnFewImages) {
  for (const char* flow : {"lenet_training/flow.xml", "litecon/train.xml"}) {
    const Result result =
        neucasl("run " + std::string(NEUCASL_SOURCE_FOLDER) + "/examples/" + flow +
                " --quiet --set training.training_images=1500 --set training.test_images=500 "
                "--set training.epochs=1 --out " +
                (folder_ / "out").string());
    ASSERT_EQ(result.code, 0) << result.err;
    const std::string curves = table("training_analog_and_float");
    const std::string row = curves.substr(curves.find('\n') + 1);
    // Ten classes: far above chance after 24 steps.
    EXPECT_GT(std::stod(row.substr(row.find(',') + 1)), 0.3) << flow << '\n' << curves;
  }
}

TEST_F(TrainingStages, BadInputIsRefused) {
  const std::map<std::string, std::string> cases = {
      {"device=\"hfox_neurram\"", "mapping.update-law"},
      {"device=\"sige_choi2019\"", "device.unknown"},
      {"update=\"outer-product\"", "network.training"},
      {"threshold=\"0\"", "parameter.range"},
      {"adc_bits=\"1\"", "mapping.analog-training"},
      {"topology=\"lenet5\"", "network.training"}};
  const Result bank =
      run(stage("photonic-training", "epochs=\"1\" plugin=\"photonic\" bank=\"mzi_mesh\""));
  EXPECT_EQ(bank.code, 2);
  EXPECT_NE(bank.err.find("'bank'"), std::string::npos) << bank.err;
  for (const auto& [more, code] : cases) {
    std::string stages = stage("analog-training", "epochs=\"1\" " + more);
    if (more.starts_with("topology")) {
      stages = "  <stage name=\"training\" kind=\"analog-training\" dataset=\"xor\"/>\n";
    }
    const Result result = run(stages);
    EXPECT_EQ(result.code, 2) << more << result.err;
    EXPECT_NE(result.err.find(code), std::string::npos) << more << result.err;
  }
}

}  // namespace
}  // namespace neucasl::test
