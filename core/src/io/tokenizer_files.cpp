#include <algorithm>

#include "json_object.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/io/checkpoint.hpp"

namespace neucasl::io {
namespace {

namespace fs = std::filesystem;

/// Lines without their ends; nothing behind the last line's end.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

/// Runs `make` and puts the file into its errors.
template <class Make>
std::unique_ptr<transformer::Tokenizer> of_file(const fs::path& file, const Make& make) {
  try {
    return make();
  } catch (const base::Error& error) {
    base::Diagnostic diagnostic = error.diagnostic();
    if (!diagnostic.where.known()) diagnostic.where = {file.string(), 0, 0};
    throw base::Error(std::move(diagnostic));
  }
}

std::vector<std::pair<std::string, std::string>> read_merges(const fs::path& file) {
  std::vector<std::pair<std::string, std::string>> merges;
  std::uint32_t number = 0;
  for (const std::string& line : lines_of(base::read_file(file))) {
    ++number;
    if (line.empty() || (number == 1 && line.rfind("#version", 0) == 0)) continue;
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos || blank == 0 || blank + 1 == line.size() ||
        line.find(' ', blank + 1) != std::string::npos) {
      throw base::Error("tokenizer.merges", "'" + line + "' is no pair of parts",
                        "give two parts with a blank between them", {file.string(), number, 0});
    }
    merges.emplace_back(line.substr(0, blank), line.substr(blank + 1));
  }
  return merges;
}

std::unique_ptr<transformer::Tokenizer> read_byte_pairs(const fs::path& folder) {
  const fs::path file = folder / "vocab.json";
  return of_file(file, [&] {
    const JsonFields fields =
        JsonFields::parse(base::read_file(file), "tokenizer.vocabulary", file.string());
    std::map<std::string, std::int64_t> vocabulary;
    for (const std::string& token : fields.names()) {
      vocabulary.emplace(token, static_cast<std::int64_t>(fields.count(token)));
    }
    return transformer::byte_pair_tokenizer(vocabulary, read_merges(folder / "merges.txt"));
  });
}

/// What tokenizer_config.json says, when there is one.
transformer::WordPieceOptions word_piece_options(const fs::path& folder) {
  transformer::WordPieceOptions options;
  const fs::path file = folder / "tokenizer_config.json";
  if (!fs::exists(file)) return options;
  const JsonFields fields =
      JsonFields::parse(base::read_file(file), "tokenizer.file", file.string());
  if (fields.has("do_lower_case")) options.lower_case = fields.truth("do_lower_case");
  if (fields.has("strip_accents") && fields.truth("strip_accents") != options.lower_case) {
    fields.fail("'strip_accents' is not 'do_lower_case'", "give both the same value");
  }
  if (fields.has("tokenize_chinese_chars") && !fields.truth("tokenize_chinese_chars")) {
    fields.fail("'tokenize_chinese_chars' is false", "only true is supported");
  }
  return options;
}

std::unique_ptr<transformer::Tokenizer> read_word_pieces(const fs::path& folder) {
  const fs::path file = folder / "vocab.txt";
  return of_file(file, [&] {
    return transformer::word_piece_tokenizer(lines_of(base::read_file(file)),
                                             word_piece_options(folder));
  });
}

std::unique_ptr<transformer::Tokenizer> read_characters(const fs::path& folder) {
  const fs::path file = folder / "characters.json";
  return of_file(file, [&] {
    return std::make_unique<transformer::CharacterTokenizer>(
        JsonFields::parse(base::read_file(file), "tokenizer.vocabulary", file.string())
            .texts("characters"));
  });
}

}  // namespace

std::unique_ptr<transformer::Tokenizer> read_tokenizer(const fs::path& folder) {
  if (fs::exists(folder / "vocab.json")) return read_byte_pairs(folder);
  if (fs::exists(folder / "vocab.txt")) return read_word_pieces(folder);
  if (fs::exists(folder / "characters.json")) return read_characters(folder);
  throw base::Error("tokenizer.file", "the folder has no vocabulary",
                    "give vocab.json with merges.txt, vocab.txt, or characters.json",
                    {folder.string(), 0, 0});
}

void write_characters(const fs::path& folder, const transformer::CharacterTokenizer& tokenizer) {
  std::string list;
  for (const std::string& one : tokenizer.characters()) {
    list += (list.empty() ? "" : ", ") + quoted_json(one);
  }
  base::write_file(folder / "characters.json", "{\"characters\": [" + list + "]}\n");
}

}  // namespace neucasl::io
