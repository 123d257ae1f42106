#include <gtest/gtest.h>

#include "neucasl/io/checkpoint.hpp"
#include "neucasl/training/token_training.hpp"

// The character model of examples/cptquant/opt_kjv.
namespace neucasl::training {
namespace {

const std::string stored_model = std::string(NEUCASL_SOURCE_FOLDER) + "/examples/cptquant/opt_kjv";

double loss_of(const std::string& text) {
  const auto network = io::read_checkpoint(stored_model);
  const std::vector<std::int64_t> tokens = io::read_tokenizer(stored_model)->encode(text);
  return token_loss(*network, tokens, 2, network->sequence(), {});
}

TEST(StoredModel, KnowsTheLanguageOfItsText) {
  const std::string verse =
      "And the earth was without form, and void; and darkness was upon the face of the deep.";
  // As opt_forward.py beside this file computes it, independently and in double precision.
  EXPECT_NEAR(loss_of(verse), 1.3747845228942845, 2e-5);
  // Backwards it is no English: worse than even odds over all characters, ln 63.
  EXPECT_NEAR(loss_of(std::string(verse.rbegin(), verse.rend())), 5.196736472393271, 2e-5);
}

TEST(StoredModel, HasTenBlocksAndFitsTheRepository) {
  const auto network = io::read_checkpoint(stored_model);
  EXPECT_EQ(network->config().layers, 10U);
  EXPECT_EQ(network->segments(), 12U);
  EXPECT_LT(std::filesystem::file_size(stored_model + "/model.safetensors"), 4U << 20U);
}

}  // namespace
}  // namespace neucasl::training
