neucasl_add_tests(logic SEPARATE equations_test.cpp liberty_test.cpp timing_test.cpp
                                  technology_mapping_test.cpp)
