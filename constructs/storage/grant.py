"""A role on one bucket."""

from cdktf_cdktf_provider_google.storage_bucket import StorageBucket
from cdktf_cdktf_provider_google.storage_bucket_iam_member import StorageBucketIamMember
from constructs import Construct
from constructs.lifecycle import replaced_with


def grant_bucket(
    scope: Construct, id_: str, *, bucket: StorageBucket, role: str, member: str
) -> StorageBucketIamMember:
    """Grant `role` on a bucket to a member; a bucket that is replaced gets the grant again."""
    return StorageBucketIamMember(
        scope,
        id_,
        bucket=bucket.name,
        role=role,
        member=member,
        lifecycle=replaced_with(bucket),
    )
