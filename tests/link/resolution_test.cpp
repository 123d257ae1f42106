#include "neucasl/link/resolution.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "neucasl/link/converter.hpp"
#include "refusal.hpp"

namespace neucasl::link {
namespace {

using test::code_of;

const Receiver receiver{1e-4, 5e9, 1000.0, 300.0, -140.0};

TEST(ReceiverBits, IntensityNoiseSaturatesWhereItIsKnownTo) {
  // -140 dB/Hz in 5 GHz leave 6.85 bits at any current.
  EXPECT_NEAR(receiver_bits(receiver).intensity, 6.85, 0.005);
  Receiver bright = receiver;
  bright.current *= 100.0;
  EXPECT_NEAR(receiver_bits(bright).intensity, receiver_bits(receiver).intensity, 1e-12);
}

TEST(ReceiverBits, GrowWithTheCurrent) {
  const ReceiverBits before = receiver_bits(receiver);
  Receiver brighter = receiver;
  brighter.current *= 4.0;
  const ReceiverBits after = receiver_bits(brighter);
  // Signal to noise rises fourfold for shot noise, sixteenfold for thermal noise.
  EXPECT_NEAR(after.shot - before.shot, 1.0, 1e-12);
  EXPECT_NEAR(after.thermal - before.thermal, 2.0, 1e-12);
  const double shot = 1e-8 / (2.0 * 1.602176634e-19 * 1e-4 * 5e9);
  EXPECT_NEAR(before.shot, (10.0 * std::log10(shot) - 1.76) / 6.02, 3e-3);
  const double thermal = 1e-8 / (4.0 * 1.380649e-23 * 300.0 * 5e9 / 1000.0);
  EXPECT_NEAR(before.thermal, (10.0 * std::log10(thermal) - 1.76) / 6.02, 3e-3);
}

TEST(ResonanceBits, AreThoseOfTheSteepestPointOfALorentzian) {
  const double d = 1550e-9 / 16000.0, sigma = 1e-12;
  double steepest = 0.0;
  for (double x = 0.0; x < 5.0 * d; x += 1e-3 * d) {
    steepest = std::max(steepest, 2.0 * x * d * d / std::pow(x * x + d * d, 2));
  }
  // A weight is twice the drop less one.
  EXPECT_NEAR(resonance_bits(sigma, 1550e-9, 8000.0), -std::log2(2.0 * sigma * steepest), 1e-5);
  EXPECT_TRUE(std::isinf(resonance_bits(0.0, 1550e-9, 8000.0)));
}

TEST(ResonanceBits, BoundASampledBankFromBelow) {
  // Bits of a bank of 16 channels, quality 8,000, over random errors; one weight is the worst of
  // them.
  const double sampled[][2] = {{0.002e-9, 5.4}, {0.005e-9, 4.2}, {0.01e-9, 3.2}, {0.02e-9, 2.2}};
  for (const auto& [sigma, bits] : sampled) {
    EXPECT_LT(resonance_bits(sigma, 1550e-9, 8000.0), bits);
    EXPECT_GT(resonance_bits(sigma, 1550e-9, 8000.0), bits - 0.4);
  }
}

TEST(CombinedBits, AddErrorsInPower) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_NEAR(combined_bits({6.0, 6.0}), 5.5, 1e-12);
  EXPECT_NEAR(combined_bits({6.0, infinite}), 6.0, 1e-12);
  EXPECT_NEAR(combined_bits({4.0, 4.0, 4.0, 4.0}), 3.0, 1e-12);
  EXPECT_TRUE(std::isinf(combined_bits({infinite})));
}

TEST(Resolution, RefusesWhatCannotBe) {
  for (double Receiver::*const member :
       {&Receiver::current, &Receiver::bandwidth, &Receiver::load, &Receiver::temperature}) {
    for (const double value : {0.0, -1.0, std::nan("")}) {
      Receiver bad = receiver;
      bad.*member = value;
      EXPECT_EQ(code_of([&] { return receiver_bits(bad); }), "link.receiver");
    }
  }
  EXPECT_EQ(code_of([] { return resonance_bits(-1e-12, 1550e-9, 8e3); }), "link.resonance");
  EXPECT_EQ(code_of([] { return resonance_bits(1e-12, 0.0, 8e3); }), "link.resonance");
  EXPECT_EQ(code_of([] { return resonance_bits(1e-12, 1550e-9, 0.0); }), "link.resonance");
  EXPECT_EQ(code_of([] { return combined_bits({}); }), "link.bits");
  EXPECT_EQ(code_of([] { return combined_bits({5.0, std::nan("")}); }), "link.bits");
}

TEST(Converter, PowersOfTheAuthorsSimulators) {
  const Converter adc{14.8e-3, 8, 10e9}, dac{50e-3, 8, 14e9};
  EXPECT_NEAR(converter_power(ConverterLaw::sar, adc, 4, 5e9), 3.7e-3, 1e-15);
  EXPECT_NEAR(converter_power(ConverterLaw::dac, dac, 4, 5e9), 2.0089285714285716e-3, 1e-15);
  EXPECT_NEAR(converter_power(ConverterLaw::dac_powers_of_bits, dac, 4, 5e9) * 1440.0,
              3.214285714285714, 1e-12);
  EXPECT_NEAR(converter_power(ConverterLaw::flash, adc, 4, 10e9), 14.8e-3 * 15.0 / 255.0, 1e-15);
}

TEST(Converter, AnyLawGivesTheReferenceBack) {
  const Converter reference{3e-3, 6, 2e9};
  for (const char* name : {"sar", "flash", "dac", "dac_powers_of_bits"}) {
    const ConverterLaw law = converter_law(name);
    EXPECT_EQ(to_string(law), name);
    EXPECT_NEAR(converter_power(law, reference, 6, 2e9), 3e-3, 1e-15);
    EXPECT_LT(converter_power(law, reference, 5, 2e9), 3e-3);
  }
}

TEST(Converter, RefusesToExtrapolate) {
  const Converter reference{3e-3, 8, 1e9};
  for (const auto& [bits, rate] :
       {std::pair{9.0, 1e9}, {8.0, 2e9}, {0.0, 1e9}, {8.0, 0.0}, {std::nan(""), 1e9}}) {
    EXPECT_EQ(code_of([&, b = bits, r = rate] {
                return converter_power(ConverterLaw::sar, reference, b, r);
              }),
              "link.converter");
  }
  EXPECT_EQ(code_of([] { return converter_law("sarr"); }), "link.converter");
}

}  // namespace
}  // namespace neucasl::link
