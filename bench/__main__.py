"""`python -m bench`: everything in one run, side by side with what it is compared to or aimed at."""

import os

os.environ["OTEL_SDK_DISABLED"] = "true"  # before guardrails is imported, as every entry point does

from bench import door, pipeline, start  # the line above comes first


def main() -> None:
    """Measures and prints."""
    print("The pipeline's own processor time per post, without a database (ms)")
    for name, cost in pipeline.measure().items():
        print(f"  {name:<24} median {cost.median:6.2f}   p99 {cost.p99:6.2f}")
    print("  aim: 5 ms for the whole\n")

    began = start.measure()
    print("Start and memory")
    print(f"  first start, all set-up  {began.first:6.1f} s")
    print(f"  later start, /health     {began.later:6.1f} s   aim 6 s; gate warm after {began.gate:.1f} s")
    print(
        f"  resident memory          {began.resident:6.0f} MB  aim 400 MB; PostgreSQL beside it: {began.postgres:.0f}\n"
    )

    both = door.measure()
    print("POST /v1/posts beside a bare handler that inserts the same post and job")
    for name, one in (("ours", both.ours), ("bare", both.bare)):
        print(
            f"  {name}   {one.per_second:7.0f} a second   median {one.median_ms:6.1f} ms   p99 {one.p99_ms:6.1f} ms"
            f"   failed {one.failed}"
        )
    print(f"  ratio {both.ratio:.2f}, aim 0.7")


if __name__ == "__main__":
    main()
