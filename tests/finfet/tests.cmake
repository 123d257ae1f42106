neucasl_add_tests(finfet LIBRARIES neucasl_finfet_objects Eigen3::Eigen)
