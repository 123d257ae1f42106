#include "neucasl/io/checkpoint.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/workload/topologies.hpp"
#include "tests/scratch_folder.hpp"
#include "tests/sparse_checkpoint.hpp"

namespace neucasl::io {
namespace {

using test::ScratchFolder;
using transformer::Head;
using transformer::TransformerConfig;

TransformerConfig tiny_config() {
  TransformerConfig config;
  config.vocabulary = 11;
  config.width = config.embedding = 8;
  config.layers = 1;
  config.heads = 2;
  config.hidden = 12;
  config.positions = 10;
  return config;
}

std::string text_of(const std::filesystem::path& file) { return base::read_file(file); }

void replace_in(const std::filesystem::path& file, const std::string& from, const std::string& to) {
  std::string text = text_of(file);
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from << " in " << text;
  text.replace(at, from.size(), to);
  base::write_file(file, text);
}

TEST(Checkpoint, WhatIsWrittenIsRead) {
  TransformerConfig config = tiny_config();
  config.normalise_before = false;
  config.embedding = 4;
  config.spread = 0.3;
  const ScratchFolder folder;
  const auto weights = transformer::initial_weights(config, 3);
  write_checkpoint(folder / "model", config, weights);
  EXPECT_TRUE(is_checkpoint(folder / "model"));
  EXPECT_FALSE(is_checkpoint(folder.path()));
  for (const std::string path : {"model", "model/"}) {
    const auto network = read_checkpoint(folder.path() / path);
    EXPECT_EQ(network->name(), "model");
    EXPECT_EQ(network->sequence(), 10U);
    EXPECT_EQ(network->config().embedding, 4U);
    EXPECT_FALSE(network->config().normalise_before);
    EXPECT_EQ(network->config().spread, 0.3);
    for (const auto& [name, tensor] : weights) {
      EXPECT_EQ(network->weights().read(name).values, tensor.values) << name;
    }
  }
}

TEST(Checkpoint, HeadOfBertFollowsFromTheWeights) {
  for (const Head head : {Head::none, Head::language, Head::pooler, Head::classification}) {
    TransformerConfig config = tiny_config();
    config.family = transformer::Family::bert;
    config.token_types = 2;
    config.normalise_before = config.final_normalisation = false;
    config.head = head;
    config.epsilon = 1e-12;
    config.classes = head == Head::classification ? 3 : 0;
    const ScratchFolder folder;
    write_checkpoint(folder.path(), config, transformer::initial_weights(config, 3));
    const auto network = read_checkpoint(folder.path(), 4);
    EXPECT_EQ(network->config().head, head);
    EXPECT_EQ(network->config().classes, config.classes);
    EXPECT_EQ(network->config().epsilon, 1e-12);
    EXPECT_EQ(network->config().activation, transformer::Activation::relu);
  }
}

TEST(Checkpoint, PublishedSizesAreReadWithoutTheirWeights) {
  const std::pair<const char*, TransformerConfig> published[] = {
      {"opt_125m", test::opt_config(12, 12, 768)},
      {"opt_350m", test::opt_350m_config()},
      {"opt_1.3b", test::opt_config(24, 32, 2048)},
      {"opt_2.7b", test::opt_config(32, 32, 2560)},
      {"bert_base", test::bert_base_config()}};
  const ScratchFolder folder;
  for (const auto& [name, config] : published) {
    const std::size_t bytes = test::write_sparse_checkpoint(folder / name, config);
    const auto network = read_checkpoint(folder / name);
    EXPECT_EQ(bytes, 2 * workload::named(name).parameters());
    EXPECT_EQ(to_workload(network->config(), 128).parameters(), workload::named(name).parameters());
    // Query, key, value, output and two of the feed-forward part.
    EXPECT_GE(network->matrix_layers().size(), 6 * config.layers + 1);
  }
}

TEST(Checkpoint, RefusesConfigurations) {
  const ScratchFolder folder;
  const auto code = [&](const std::string& from, const std::string& to) {
    const TransformerConfig config = tiny_config();
    write_checkpoint(folder.path(), config, transformer::initial_weights(config, 3));
    replace_in(folder / "config.json", from, to);
    try {
      static_cast<void>(read_checkpoint(folder.path()));
    } catch (const base::Error& error) {
      const base::Diagnostic& one = error.diagnostic();
      EXPECT_NE(one.where.file.find(folder.path().string()), std::string::npos);
      EXPECT_FALSE(one.remedy.empty());
      return one.code;
    }
    return std::string("nothing refused");
  };
  const std::string wrong = "checkpoint.config";
  EXPECT_EQ(code("\"opt\"", "\"opt\""), "nothing refused");
  EXPECT_EQ(code("\"opt\"", "\"gpt2\""), wrong);
  EXPECT_EQ(code("\"opt\"", "3"), wrong);
  EXPECT_EQ(code("{", "["), wrong);
  EXPECT_EQ(code("\"vocab_size\"", "\"vocab\""), wrong);
  EXPECT_EQ(code("\"hidden_size\": 8", "\"hidden_size\": -8"), wrong);
  EXPECT_EQ(code("\"hidden_size\": 8", "\"hidden_size\": 8.5"), wrong);
  EXPECT_EQ(code("\"hidden_size\": 8", "\"hidden_size\": \"8\""), wrong);
  EXPECT_EQ(code("\"num_attention_heads\": 2", "\"num_attention_heads\": 3"), wrong);
  EXPECT_EQ(code("\"word_embed_proj_dim\": 8", "\"word_embed_proj_dim\": 0"), wrong);
  EXPECT_EQ(code("\"enable_bias\": true", "\"enable_bias\": 1"), wrong);
  EXPECT_EQ(code("\"relu\"", "\"silu\""), wrong);
  EXPECT_EQ(code("\"enable_bias\"", "\"layer_norm_elementwise_affine\": false, \"enable_bias\""),
            wrong);
  EXPECT_EQ(code("\"num_hidden_layers\": 1", "\"num_hidden_layers\": 2"), "weights.missing");
  EXPECT_EQ(code("\"enable_bias\": true", "\"enable_bias\": false"), "weights.extra");
  EXPECT_EQ(code("\"ffn_dim\": 12", "\"ffn_dim\": 16"), "weights.shape");
  EXPECT_EQ(code("\"max_position_embeddings\": 10", "\"max_position_embeddings\": 12"),
            "weights.shape");
}

TEST(Checkpoint, NamesTheFileOfABadWeight) {
  const ScratchFolder folder;
  const TransformerConfig config = tiny_config();
  write_checkpoint(folder.path(), config, transformer::initial_weights(config, 3));
  const std::filesystem::path file = folder / "model.safetensors";
  std::string bytes = text_of(file);
  bytes.replace(bytes.size() - 4, 4, std::string("\x00\x00\xC0\x7F", 4));
  base::write_file(file, bytes);
  const auto network = read_checkpoint(folder.path(), 2);
  const workload::Tensor tokens({1, 2}, std::vector<std::int64_t>{1, 2});
  try {
    static_cast<void>(test::run_segments(*network, tokens, 1));
    ADD_FAILURE() << "nothing refused";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "weights.value");
    EXPECT_EQ(error.diagnostic().where.file, file.string());
  }
}

TEST(TokenizerFiles, AreReadWithTheirErrors) {
  const ScratchFolder folder;
  const auto refused = [](const std::filesystem::path& path) {
    try {
      static_cast<void>(read_tokenizer(path));
    } catch (const base::Error& error) {
      return to_string(error.diagnostic());
    }
    return std::string("nothing refused");
  };
  EXPECT_NE(refused(folder.path()).find("[tokenizer.file]"), std::string::npos);

  const transformer::CharacterTokenizer characters({"\n", "a", "\"", "\xC3\xA9"});
  write_characters(folder / "characters", characters);
  const auto read = read_tokenizer(folder / "characters");
  EXPECT_EQ(read->size(), 4U);
  EXPECT_EQ(read->encode("a\xC3\xA9\"\n"), (std::vector<std::int64_t>{1, 3, 2, 0}));
  base::write_file(folder / "characters" / "characters.json", "{\"characters\": [\"ab\"]}");
  EXPECT_NE(refused(folder / "characters").find("characters.json"), std::string::npos);

  base::write_file(folder / "pieces" / "vocab.txt", "[UNK]\r\n\xC3\x89t\n##e\n\xC3\x89\net\n");
  EXPECT_EQ(read_tokenizer(folder / "pieces")->encode("\xC3\x89te"),
            (std::vector<std::int64_t>{4, 2}));
  base::write_file(folder / "pieces" / "tokenizer_config.json", "{\"do_lower_case\": false}");
  EXPECT_EQ(read_tokenizer(folder / "pieces")->encode("\xC3\x89te"),
            (std::vector<std::int64_t>{1, 2}));
  base::write_file(folder / "pieces" / "tokenizer_config.json",
                   "{\"do_lower_case\": false, \"strip_accents\": true}");
  EXPECT_NE(refused(folder / "pieces").find("strip_accents"), std::string::npos);
  base::write_file(folder / "pieces" / "tokenizer_config.json", "{}");
  base::write_file(folder / "pieces" / "vocab.txt", "a\n[UNK]\na\n");
  EXPECT_NE(refused(folder / "pieces").find("vocab.txt"), std::string::npos);
}

TEST(TokenizerFiles, BytePairsNameTheLine) {
  const ScratchFolder folder;
  std::string vocabulary = "{";
  int next = 0;
  const auto token = [&](const std::string& text) {
    vocabulary += (next == 0 ? "\"" : ", \"") + text + "\": " + std::to_string(next);
    ++next;
  };
  int beyond = 256;
  for (int byte = 0; byte < 256; ++byte) {
    const bool printable = (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || byte > 173;
    char code[8];
    std::snprintf(code, sizeof code, "\\u%04x", printable ? byte : beyond++);
    token(code);
  }
  token("th");
  token("\\u0120th");
  base::write_file(folder / "vocab.json", vocabulary + '}');
  base::write_file(folder / "merges.txt", "#version: 0.2\nt h\n\xC4\xA0 th\n");
  const auto tokenizer = read_tokenizer(folder.path());
  EXPECT_EQ(tokenizer->size(), 258U);
  EXPECT_EQ(tokenizer->encode("th the"), (std::vector<std::int64_t>{256, 257, 'e'}));
  for (const char* bad : {"t h\nthe\n", "t h\nt  h\n", "t h\nt h e\n", "t h\n h\n"}) {
    base::write_file(folder / "merges.txt", bad);
    try {
      static_cast<void>(read_tokenizer(folder.path()));
      ADD_FAILURE() << bad;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "tokenizer.merges");
      EXPECT_EQ(error.diagnostic().where.line, 2U) << bad;
    }
  }
}

}  // namespace
}  // namespace neucasl::io
