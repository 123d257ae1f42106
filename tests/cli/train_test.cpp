#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "neucasl/io/checkpoint.hpp"
#include "program.hpp"

// train opt: a checkpoint that can be read, the same for every number of threads, and what it
// refuses.
namespace neucasl::test {
namespace {

std::string repeated_text() {
  std::string text;
  for (int k = 0; k < 40; ++k) text += "In the beginning was the word.\n";
  return text;
}

constexpr const char* tiny =
    " --layers 2 --width 8 --heads 2 --hidden 16 --context 12 --batch 10 --steps 6 --every 4";

TEST(TrainCommand, WritesACheckpoint) {
  const ScratchFolder folder;
  const std::string text = folder.file("text.txt", repeated_text());
  const std::string out = (folder.path() / "model").string();
  const Result trained = neucasl("train opt " + text + " --out " + out + tiny);
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.out.find("step 4  training "), std::string::npos) << trained.out;
  EXPECT_NE(trained.out.find("step 6  training "), std::string::npos) << trained.out;
  EXPECT_NE(trained.out.find("characters           14\n"), std::string::npos) << trained.out;
  const auto network = io::read_checkpoint(out, 12);
  EXPECT_EQ(network->segments(), 4U);
  EXPECT_EQ(network->config().vocabulary, 14U);
  EXPECT_EQ(io::read_tokenizer(out)->decode(io::read_tokenizer(out)->encode("the word")),
            "the word");
  const std::string curve = base::read_file(out + "/training.csv");
  EXPECT_EQ(curve.substr(0, curve.find('\n')), "step,tokens,rate,training_loss,validation_loss");
  EXPECT_EQ(std::count(curve.begin(), curve.end(), '\n'), 3);

  const std::string again = (folder.path() / "again").string();
  const Result threads =
      neucasl("train opt " + text + " --out " + again + tiny + " --jobs 3 --format json");
  ASSERT_EQ(threads.code, 0) << threads.err;
  EXPECT_NE(threads.out.find("\"stored_validation_loss\": "), std::string::npos) << threads.out;
  EXPECT_EQ(base::read_file(again + "/model.safetensors"),
            base::read_file(out + "/model.safetensors"));
}

TEST(TrainCommand, RefusesByName) {
  const ScratchFolder folder;
  const std::string text = folder.file("text.txt", repeated_text());
  const std::string out = " --out " + (folder.path() / "model").string();
  const auto refused = [&](const std::string& arguments, const std::string& code) {
    const Result result = neucasl("train opt " + arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    EXPECT_NE(result.err.find('[' + code + ']'), std::string::npos) << result.err;
  };
  refused(text, "cli.usage");
  refused(text + "x" + out, "base.file");
  refused(text + out + " --width 10 --heads 4", "transformer.config");
  refused(text + out + " --steps 0", "training.options");
  refused(text + out + " --rate -1", "training.options");
  refused(text + out + " --context 5000", "training.text");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "model"));
}

}  // namespace
}  // namespace neucasl::test
