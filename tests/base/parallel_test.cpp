#include "neucasl/base/parallel.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::base {
namespace {

TEST(ParallelFor, VisitsEachIndexOnce) {
  for (const int threads : {-1, 0, 1, 2, 7, 64}) {
    for (const std::size_t count : {0U, 1U, 3U, 1000U}) {
      std::vector<std::atomic<int>> visits(count);
      parallel_for(count, threads, {}, [&](std::size_t i) { ++visits[i]; });
      for (const auto& v : visits) EXPECT_EQ(v.load(), 1);
    }
  }
}

TEST(ParallelFor, RethrowsTheExceptionOfTheLowestIndex) {
  for (const int threads : {1, 2, 4}) {
    for (int round = 0; round < 50; ++round) {
      try {
        // Indices are handed out in order, so index 3 always runs before the loop can stop.
        parallel_for(100, threads, {}, [](std::size_t i) {
          if (i >= 3) throw std::runtime_error(std::to_string(i));
        });
        FAIL();
      } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "3");
      }
    }
  }
}

TEST(ParallelFor, StopsAfterAnException) {
  std::atomic<int> calls{0};
  EXPECT_THROW(parallel_for(1000000, 4, {},
                            [&](std::size_t) {
                              ++calls;
                              throw std::runtime_error("stop");
                            }),
               std::runtime_error);
  EXPECT_LE(calls.load(), 4);
}

TEST(ParallelFor, CancelStopsTheLoop) {
  for (const int threads : {1, 4}) {
    CancelFlag cancel;
    std::atomic<int> calls{0};
    EXPECT_THROW(parallel_for(1000000, threads, cancel,
                              [&](std::size_t) {
                                if (++calls == 10) cancel.request();
                              }),
                 Cancelled);
    EXPECT_LT(calls.load(), 1000);
  }
}

TEST(ParallelFor, DoesNothingWhenCancelledBefore) {
  CancelFlag cancel;
  const CancelFlag copy = cancel;  // shares the flag
  cancel.request();
  EXPECT_TRUE(copy.requested());
  EXPECT_THROW(copy.throw_if_requested(), Cancelled);
  EXPECT_THROW(parallel_for(10, 2, copy, [](std::size_t) { ADD_FAILURE(); }), Cancelled);
}

}  // namespace
}  // namespace neucasl::base
