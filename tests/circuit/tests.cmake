neucasl_add_tests(circuit SEPARATE measurement_test.cpp formula_test.cpp)
