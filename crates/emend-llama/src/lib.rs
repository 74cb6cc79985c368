//! The large tier: llama.cpp in a child process of ours.
