// SPDX-License-Identifier: Apache-2.0 OR MIT
// The tests' headers are precompiled with the options of this program.
int main() {}
