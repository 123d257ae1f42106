#include "neucasl/base/file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "neucasl/base/hash.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::base {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  [[nodiscard]] std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator());
  }

  const test::ScratchFolder folder_;
};

TEST_F(Files, WriteAndReadBack) {
  const std::string bytes("a\0b\r\n\xff", 6);
  write_file(folder_ / "deep" / "er" / "x.bin", bytes);
  EXPECT_EQ(read_file(folder_ / "deep" / "er" / "x.bin"), bytes);
  write_file(folder_ / "empty", "");
  EXPECT_EQ(read_file(folder_ / "empty"), "");
}

TEST_F(Files, WritingLeavesNoTemporaryFile) {
  write_file(folder_ / "x", "first");
  write_file(folder_ / "x", "second");
  EXPECT_EQ(read_file(folder_ / "x"), "second");
  EXPECT_EQ(entries(), 1);
}

TEST_F(Files, AReaderKeepsTheOldFileWhole) {
  const std::string old(100000, 'o');
  write_file(folder_ / "x", old);
  std::ifstream reader(folder_ / "x", std::ios::binary);
  std::string half(50000, '\0');
  reader.read(half.data(), 50000);
  write_file(folder_ / "x", std::string(100000, 'n'));
  std::string rest(50000, '\0');
  reader.read(rest.data(), 50000);
  EXPECT_EQ(half + rest, old);
}

TEST_F(Files, AFailedWriteLeavesEverythingAsItWas) {
  fs::create_directories(folder_ / "x" / "inside");
  EXPECT_THROW(write_file(folder_ / "x", "bytes"), Error);  // a folder of that name
  EXPECT_EQ(entries(), 1);
  write_file(folder_ / "file", "kept");
  EXPECT_THROW(write_file(folder_ / "file" / "below", "bytes"), Error);
  EXPECT_EQ(read_file(folder_ / "file"), "kept");
}

TEST_F(Files, ReadingNamesWhatIsMissing) {
  for (const fs::path& path : {folder_ / "none", folder_.path()}) {
    try {
      static_cast<void>(read_file(path, {"flow.xml", 2, 3}));
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.diagnostic().code, "base.file");
      EXPECT_EQ(error.diagnostic().where, (Location{"flow.xml", 2, 3}));
      EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos);
    }
  }
  EXPECT_THROW(static_cast<void>(sha256_file(folder_ / "none")), Error);
}

TEST(Locate, CountsLinesAndColumnsFromOne) {
  const std::string_view text = "ab\ncd\n";
  EXPECT_EQ(locate(text, 0, "f"), (Location{"f", 1, 1}));
  EXPECT_EQ(locate(text, 2, "f"), (Location{"f", 1, 3}));
  EXPECT_EQ(locate(text, 3, "f"), (Location{"f", 2, 1}));
  EXPECT_EQ(locate(text, 6, "f"), (Location{"f", 3, 1}));
  EXPECT_EQ(locate(text, 99, "f"), (Location{"f", 3, 1}));
}

// FIPS 180-4 examples (NIST, "SHA-256" example values).
TEST_F(Files, Sha256GivesTheNistVectors) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  const std::string million(1000000, 'a');
  constexpr const char* digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
  EXPECT_EQ(sha256(million), digest);
  write_file(folder_ / "million", million);
  EXPECT_EQ(sha256_file(folder_ / "million"), digest);
}

TEST(Sha256, DoesNotDependOnHowBytesArrive) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
  const std::string whole = sha256(text);
  for (const std::size_t piece : {1U, 3U, 55U, 56U, 63U, 64U, 65U, 128U}) {
    Sha256 hash;
    for (std::size_t i = 0; i < text.size(); i += piece) {
      hash.update(std::string_view(text).substr(i, piece));
    }
    EXPECT_EQ(hash.hex(), whole) << piece;
  }
}

TEST(WriteFile, FollowsALinkAndNeverReplacesADevice) {
  namespace fs = std::filesystem;
  const test::ScratchFolder folder;
  write_file(folder / "target", "old");
  fs::create_symlink(folder / "target", folder / "link");
  write_file(folder / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(folder / "target"), "new");
  write_file("/dev/null", "gone");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace neucasl::base
