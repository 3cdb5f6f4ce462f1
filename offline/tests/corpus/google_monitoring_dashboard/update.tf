resource "google_monitoring_dashboard" "full" {
  project = "corpus-example"
  dashboard_json = jsonencode({
    displayName = "full"
    labels      = { team = "" }
    mosaicLayout = {
      columns = 12
      tiles = [{
        width  = 6
        height = 4
        widget = {
          title = "Calls"
          xyChart = {
            dataSets = [{
              plotType = "LINE"
              timeSeriesQuery = {
                timeSeriesFilter = {
                  filter      = "metric.type=\"run.googleapis.com/request_count\" resource.type=\"cloud_run_revision\""
                  aggregation = { alignmentPeriod = "60s", perSeriesAligner = "ALIGN_RATE" }
                }
              }
            }]
          }
        }
      }]
    }
  })
}
