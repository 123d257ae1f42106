neucasl_add_tests(semiconductor LIBRARIES neucasl_semiconductor_objects Eigen3::Eigen
                  SEPARATE mosfet_test.cpp)
