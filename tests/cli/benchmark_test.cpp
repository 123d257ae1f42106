#include <gtest/gtest.h>

#include <filesystem>

#include "program.hpp"

/// \file
/// `neucasl benchmark` with programs that are scripts, beside a copy of the tool.

namespace neucasl::test {
namespace {

namespace fs = std::filesystem;

class Benchmarks : public testing::Test {
 protected:
  Benchmarks() {
    fs::create_directories(folder_ / "bin");
    fs::create_directories(folder_ / "benchmark");
    fs::copy_file(fs::path(NEUCASL_BINARY_FOLDER) / "bin/neucasl", folder_ / "bin/neucasl");
  }

  /// A program that runs `lines`, in which $out is the file it should write.
  void program(const std::string& name, const std::string& lines) {
    const fs::path file = folder_ / ("benchmark/" + name);
    write(file,
          "#!/bin/sh\nfor one; do case $one in --benchmark_out=*) out=${one#*=};; esac; "
          "done\n" +
              lines + "\n");
    fs::permissions(file, fs::perms::owner_all);
  }
  /// One that measured one benchmark with the given members.
  void result(const std::string& members) {
    program("one_benchmark",
            "cat > $out <<'END'\n{\"benchmarks\": [{\"name\": \"solve/64\", "
            "\"real_time\": 2, \"time_unit\": \"s\"" +
                members + "}]}\nEND");
  }
  [[nodiscard]] Result run(const std::string& arguments = "--format json") const {
    const std::string out = (folder_ / "out").string(), err = (folder_ / "err").string();
    const std::string line = (folder_ / "bin/neucasl").string() + " benchmark " + arguments + " >" +
                             out + " 2>" + err + " </dev/null";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read(out), read(err)};
  }

 private:
  ScratchFolder folder_;
};

TEST_F(Benchmarks, HoldWhereWhatIsClaimedWasMeasured) {
  struct Case {
    const char* members;
    bool holds;
  };
  const Case cases[] = {
      {"", true},
      {R"(, "floor": 5, "reference_seconds": 10)", true},
      {R"(, "floor": 5, "reference_seconds": 9.9)", false},
      {R"(, "floor": 5)", false},
      {R"(, "limit_seconds": 2)", true},
      {R"(, "limit_seconds": 1.9)", false},
      {R"(, "seconds": 1, "limit_seconds": 1.9)", true},
      {R"(, "bound_limit": 2, "bound_seconds": 1)", true},
      {R"(, "bound_limit": 2, "bound_seconds": 0.9)", false},
      {R"(, "bound_limit": 2)", false},
      {R"(, "error_limit": 1e-9, "error": 1e-9)", true},
      {R"(, "error_limit": 1e-9, "error": 2e-9)", false},
      {R"(, "error_limit": 1e-9)", false},
      {R"(, "bytes_limit": 100, "bytes": 100)", true},
      {R"(, "bytes_limit": 100, "bytes": 101)", false},
      {R"(, "bytes_limit": 100)", false},
      {R"(, "error_occurred": true, "error_message": "they disagree")", false},
  };
  for (const Case& one : cases) {
    result(one.members);
    const Result found = run();
    EXPECT_EQ(found.code, one.holds ? 0 : 1) << one.members << found.err;
    EXPECT_NE(found.out.find(one.holds ? "\"holds\": true" : "\"holds\": false"), std::string::npos)
        << one.members << found.out;
  }
}

TEST_F(Benchmarks, NameWhatWentWrong) {
  const Result none = run();
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("no benchmark program"), std::string::npos) << none.err;
  program("one_benchmark", ": > $out");
  EXPECT_NE(run("--filter none").err.find("no benchmark matches 'none'"), std::string::npos);
  program("one_benchmark", "echo first >&2; echo 'no such plugin' >&2; exit 3");
  const Result failed = run();
  EXPECT_EQ(failed.code, 2);
  EXPECT_NE(failed.err.find("one_benchmark ended with code 3: no such plugin"), std::string::npos)
      << failed.err;
  program("one_benchmark", "kill -SEGV $$");
  EXPECT_NE(run().err.find("ended with code 139"), std::string::npos);
  result(", \"error\": NaN");
  const Result unread = run();
  EXPECT_EQ(unread.code, 2);
  EXPECT_NE(unread.err.find("[io.benchmark]"), std::string::npos) << unread.err;
}

TEST_F(Benchmarks, AnInterruptOfToolAndProgramIsAnInterrupt) {
  // As a terminal does: both get the signal, and the program ends first.
  program("one_benchmark", "kill -INT $PPID; kill -KILL $$");
  const Result found = run();
  EXPECT_EQ(found.code, 130) << found.err;
  EXPECT_NE(found.err.find("interrupted"), std::string::npos) << found.err;
}

}  // namespace
}  // namespace neucasl::test
