"""One address of each operation, below the API's root."""

ONE_OF_EACH = {
    "get_index": "",
    "list_problems": "problems/",
    "list_treaties": "treaties/",
    "get_treaty": "treaties/hanoi/",
    "get_status": "treaties/hanoi/status/?explain=1",
    "list_standings": "treaties/hanoi/participants/?standing=contracting",
    "get_standing": "treaties/hanoi/participants/QAT/?explain=1",
    "list_actions": "treaties/hanoi/actions/?participant=QAT",
    "list_windows": "treaties/hanoi/windows/?state=open",
    "list_changes": "treaties/hanoi/changes/?subject=count",
    "get_feed": "treaties/hanoi/changes/feed.json",
    "get_dataset": "treaties/hanoi/dataset/",
    "get_scenario": "treaties/hanoi/scenario/?deposits=signatories+of+eu+on+2027-03-01%3B+26+more+by+2027-06-30",
    "list_chapters": "treaties/hanoi/chapters/",
    "list_articles": "treaties/hanoi/articles/?theme=electronic-evidence",
    "get_article": "treaties/hanoi/articles/63/",
    "list_participants": "participants/?group=eu",
    "get_participant": "participants/EUE/",
    "list_groups": "groups/?q=union",
    "get_group": "groups/eu/",
}
