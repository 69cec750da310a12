//! frontdesk: a customer-service bot framework in one binary.
