// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/process_tree.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <ctime>
#include <functional>
#include <thread>

namespace backtalk::net {
namespace {

constexpr std::uint64_t kMillisecondNs = 1'000'000;
// Of the kernel's clock: a step for each process and for user and system time.
constexpr std::uint64_t kSteps = 60 * kMillisecondNs;

std::uint64_t cpu_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000 * kMillisecondNs +
         static_cast<std::uint64_t>(now.tv_nsec);
}

// Uses that much CPU time in the calling thread.
void burn(std::uint64_t ns) {
  const std::uint64_t until = cpu_ns(CLOCK_THREAD_CPUTIME_ID) + ns;
  while (cpu_ns(CLOCK_THREAD_CPUTIME_ID) < until) {
  }
}

// A child that does this, and ends once it is told to.
class Child {
 public:
  explicit Child(const std::function<void()>& work) {
    EXPECT_EQ(::pipe(done_.data()), 0);
    EXPECT_EQ(::pipe(may_end_.data()), 0);
    process_ = ::fork();
    if (process_ != 0) return;
    ::close(may_end_[1]);  // so that it ends with its parent, at the latest
    work();
    char octet = 'x';
    if (::write(done_[1], &octet, 1) != 1 || ::read(may_end_[0], &octet, 1) != 1) ::_exit(1);
    ::_exit(0);
  }
  ~Child() {
    for (const int end : {done_[0], done_[1], may_end_[0], may_end_[1]}) ::close(end);
  }
  void wait_until_done() const {
    char octet = 0;
    EXPECT_EQ(::read(done_[0], &octet, 1), 1);
  }
  void end() const {
    EXPECT_EQ(::write(may_end_[1], "x", 1), 1);
    EXPECT_EQ(::waitpid(process_, nullptr, 0), process_);
  }
  [[nodiscard]] pid_t process() const { return process_; }

 private:
  pid_t process_ = 0;
  std::array<int, 2> done_{};
  std::array<int, 2> may_end_{};
};

std::uint64_t used_by(pid_t process) {
  const auto usage = usage_of_tree(process);
  EXPECT_TRUE(usage);
  return usage ? usage->cpu_ns : 0;
}

TEST(ProcessTree, AProcessThatIsNotThereHasNoUsage) {
  const Child child([] {});
  child.wait_until_done();
  const auto usage = usage_of_tree(child.process());
  ASSERT_TRUE(usage);
  EXPECT_GE(usage->began_ticks, usage_of_tree(::getpid())->began_ticks);
  EXPECT_GT(usage_of_tree(::getpid())->began_ticks, 0U);
  child.end();
  EXPECT_FALSE(usage_of_tree(child.process()));
  EXPECT_FALSE(usage_of_tree(0));
  EXPECT_FALSE(usage_of_tree(-1));
}

TEST(ProcessTree, AProcessThatHasEndedHasNoUsageBeforeAnybodyWaitsForIt) {
  const Child child([] { ::_exit(0); });
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child.process()), &ended, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE(usage_of_tree(child.process())) << "a zombie";
  EXPECT_EQ(::waitpid(child.process(), nullptr, 0), child.process());
}

TEST(ProcessTree, AllThreadsCount) {
  const Child child([] {
    std::thread other([] { burn(200 * kMillisecondNs); });
    burn(100 * kMillisecondNs);
    other.join();
  });
  child.wait_until_done();
  EXPECT_GE(used_by(child.process()) + kSteps, 300 * kMillisecondNs);
  child.end();
}

TEST(ProcessTree, DescendantsCountWhileTheyLiveAndOnceTheyHaveEnded) {
  const std::uint64_t before = used_by(::getpid());
  const Child child([] {
    const Child grandchild([] { burn(200 * kMillisecondNs); });
    grandchild.wait_until_done();
    grandchild.end();
    const Child idle([] {});
    idle.wait_until_done();
    burn(100 * kMillisecondNs);
    ::pause();  // with the second one alive
  });
  while (used_by(child.process()) + kSteps < 300 * kMillisecondNs) ::sched_yield();
  const auto alive = usage_of_tree(child.process());
  ASSERT_TRUE(alive);
  EXPECT_EQ(alive->processes, 2U);
  const std::uint64_t during = used_by(::getpid());
  EXPECT_GE(during - before + kSteps, 300 * kMillisecondNs);
  ::kill(child.process(), SIGKILL);
  EXPECT_EQ(::waitpid(child.process(), nullptr, 0), child.process());
  EXPECT_GE(used_by(::getpid()) + kSteps, during) << "what has ended is not forgotten";
}

TEST(ProcessTree, ResidentMemoryIsThatOfAllProcesses) {
  constexpr std::size_t kOctets = std::size_t{32} << 20;
  const Child child([] {
    void* const memory = ::mmap(nullptr, kOctets, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    std::memset(memory, 'x', kOctets);
  });
  child.wait_until_done();
  const auto usage = usage_of_tree(child.process());
  ASSERT_TRUE(usage);
  EXPECT_GE(usage->resident_octets, kOctets);
  const auto tree = usage_of_tree(::getpid());
  ASSERT_TRUE(tree);
  EXPECT_GE(tree->resident_octets, usage->resident_octets);
  EXPECT_EQ(tree->processes, 2U);
  child.end();
}

}  // namespace
}  // namespace backtalk::net
