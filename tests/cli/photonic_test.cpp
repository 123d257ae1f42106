#include <gtest/gtest.h>

#include <complex>
#include <sstream>

#include "neucasl/io/touchstone.hpp"
#include "program.hpp"

namespace neucasl::test {
namespace {

const std::string cavity =
    std::string(NEUCASL_SOURCE_FOLDER) + "/netlists/photonic/fabry_perot.ncir";
const std::string ring =
    std::string(NEUCASL_SOURCE_FOLDER) + "/netlists/photonic/ring_add_drop.ncir";

TEST(Photonic, SweepWritesTheReferencesTouchstoneFile) {
  const ScratchFolder folder;
  const std::string file = (folder / "cavity.s2p").string();
  const Result result = neucasl("photonic sweep " + cavity +
                                " --range '1550nm 1552nm 0.5nm' --input input --input output "
                                "--output input --output output --out " +
                                file);
  ASSERT_EQ(result.code, 0) << result.err;
  const io::Touchstone data = io::read_touchstone(file);
  ASSERT_EQ(data.frequency.size(), 5u);
  EXPECT_NEAR(data.frequency.back() / (299792458.0 / 1550e-9), 1.0, 1e-15);
  // Reciprocal, and no more power out than in.
  for (std::size_t k = 0; k < 5; ++k) {
    EXPECT_NEAR(std::abs(data.matrix[4 * k + 1] - data.matrix[4 * k + 2]), 0.0, 1e-14);
    EXPECT_LT(std::norm(data.matrix[4 * k]) + std::norm(data.matrix[4 * k + 2]), 1.0);
  }
}

TEST(Photonic, TransferGradientAndCalibration) {
  const Result transfer = neucasl("photonic transfer " + ring + " --format json");
  EXPECT_EQ(transfer.code, 0) << transfer.err;
  EXPECT_NE(transfer.out.find("input -> drop"), std::string::npos) << transfer.out;
  const Result gradient =
      neucasl("photonic gradient " + ring + " --of 'p(drop)' --over ring.resonance_shift");
  EXPECT_EQ(gradient.code, 0) << gradient.err;
  EXPECT_NE(gradient.out.find("ring.resonance_shift"), std::string::npos) << gradient.out;
  const std::string calibrate =
      "photonic calibrate " + ring + " --knob 'ring.resonance_shift -10nm 10nm' --scan 400 --goal ";
  const Result found = neucasl(calibrate + "'t(drop,input)=0.4'");
  EXPECT_EQ(found.code, 0) << found.err;
  const Result impossible = neucasl("photonic calibrate " + ring +
                                    " --knob 'ring.resonance_shift 5nm 6nm' --goal "
                                    "'t(drop,input)=0.9'");
  EXPECT_EQ(impossible.code, 1);
  EXPECT_NE(impossible.err.find("photonic.calibration"), std::string::npos) << impossible.err;
  // A coupler that must send on more than it gets: its knob ends at the end of its range.
  const Result beyond = neucasl("photonic calibrate " + ring +
                                " --knob 'ring.round_trip_loss_db 0 0.5 0' --goal "
                                "'t(drop,input)=1.2'");
  EXPECT_EQ(beyond.code, 1);
  for (const char* part : {"photonic.calibration", "'t(drop,input)'", "1.2", "the nearest is",
                           "at a bound: 'ring.round_trip_loss_db'"}) {
    EXPECT_NE(beyond.err.find(part), std::string::npos) << part << '\n' << beyond.err;
  }
}

TEST(Photonic, TransientsWithAndWithoutGroupDelays) {
  const std::string simulate =
      "simulate " + ring + " --simulator scattering --analysis 'tran 0.5ps 20ps uic'";
  const Result late = neucasl(simulate);
  EXPECT_EQ(late.code, 0) << late.err;
  EXPECT_NE(late.out.find("2 guides with their group delay"), std::string::npos) << late.out;
  const Result at_once = neucasl(simulate + " --no-group-delays");
  EXPECT_EQ(at_once.code, 0) << at_once.err;
  EXPECT_NE(at_once.out.find("0 guides with their group delay"), std::string::npos) << at_once.out;
}

TEST(Photonic, RefusesBadInput) {
  for (const std::string& arguments :
       {"transfer " + cavity + " --input inside", "sweep " + cavity + " --range '1nm'",
        "sweep " + cavity + " --range '1550nm 1551nm 1nm' --out x.s3p",
        "sweep " + cavity + " --range '1550nm 1551nm 1nm' --input input --out x.s1p",
        "gradient " + cavity + " --of 'q(x)' --over laser.power",
        "calibrate " + cavity + " --goal 'p(output)' --knob 'a 0 1'",
        "calibrate " + cavity + " --goal 'p(output)=1uW' --knob 'a 0'",
        "budget " + cavity + " --bandwidth 1GHz", "budget " + cavity + " --bandwidth 1m",
        "transfer " + cavity + " --simulator native", "transfer " + cavity + " --set laser.power",
        "transfer " + cavity + " --jobs 0"}) {
    const Result result = neucasl("photonic " + arguments);
    EXPECT_EQ(result.code, 2) << arguments << '\n' << result.err;
    EXPECT_FALSE(result.err.empty()) << arguments;
  }
}

}  // namespace
}  // namespace neucasl::test
